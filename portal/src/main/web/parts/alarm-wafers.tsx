import { useEffect, useRef, useState } from 'preact/hooks';
import { type Alarm, alarmApi } from '../model/api-alarms.ts';
import type { Wafer } from '../model/api-wafers.ts';
import { href } from '../model/route.ts';
import { useSeen } from '../model/use-seen.ts';
import { keyText } from '../model/wafer-key.ts';
import { Thumb } from './thumb.tsx';

const SHOWN = 8;
const PIXELS = 56;

/** The newest wafers of an alarm, each a way to it. */
export function AlarmWafers({ alarm }: { alarm: Alarm }) {
  const [wafers, setWafers] = useState<Wafer[]>([]);
  const ref = useRef<HTMLUListElement>(null);
  const seen = useSeen(ref);
  useEffect(() => {
    if (!seen) {
      return;
    }
    const abort = new AbortController();
    alarmApi.wafers(alarm.id, SHOWN, abort.signal).then(
      ({ items }) => setWafers(items),
      () => {
        // The alarm says what it is without them; the next wafer asks again.
      },
    );
    return () => abort.abort();
  }, [seen, alarm.id, alarm.wafers]);
  const { prediction } = alarm;
  return (
    <ul class='alarm-wafers' ref={ref}>
      {wafers.map((wafer) => (
        <li key={keyText(wafer)}>
          <a
            href={href('wafers', {
              fab: wafer.fab,
              camera: wafer.camera,
              label: prediction,
              w: keyText(wafer),
            })}
            title={wafer.imgid}
            aria-label={`Wafer ${wafer.imgid}`}
          >
            <Thumb wafer={wafer} pixels={PIXELS} />
          </a>
        </li>
      ))}
    </ul>
  );
}
