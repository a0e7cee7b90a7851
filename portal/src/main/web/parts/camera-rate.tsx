import { useEffect, useState } from 'preact/hooks';
import { type DefectRate, readDefectRate } from '../model/api-defect-rate.ts';
import { RANGES } from '../model/filter.ts';

const REFRESH_MILLIS = 60_000;

/** Wafers and defect rate of a camera's last day. */
export function CameraRate({ fab, camera }: { fab: string; camera: string }) {
  const [rate, setRate] = useState<DefectRate | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const read = () => {
      const fromts = Date.now() - RANGES['24h'].millis;
      readDefectRate({ fab, camera, fromts }, 'day', abort.signal).then(setRate, () => {
        // The last figures stay; the connection's sign in the bar says that they are old.
      });
    };
    read();
    const timer = setInterval(read, REFRESH_MILLIS);
    return () => {
      abort.abort();
      clearInterval(timer);
    };
  }, [fab, camera]);
  if (rate === null) {
    return <>…</>;
  }
  const wafers = `${rate.wafers.toLocaleString('en')} ${rate.wafers === 1 ? 'wafer' : 'wafers'}`;
  return <>{rate.rate === null ? wafers : `${wafers}, ${(rate.rate * 100).toFixed(1)} % defects`}
  </>;
}
