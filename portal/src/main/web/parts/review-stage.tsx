import type { Wafer } from '../model/api-wafers.ts';
import { AS_STORED } from '../model/lie.ts';
import { useWaferMap } from '../model/use-wafer-map.ts';
import { DieMap } from './die-map.tsx';
import { Empty } from './empty.tsx';
import { Time } from './time.tsx';

/** The wafer under review in the large; the image itself where it shows no wafer map. */
export function ReviewStage({ wafer }: { wafer: Wafer }) {
  const loaded = useWaferMap(wafer.imageUrl === null ? null : wafer.waferMapUrl);
  return (
    <section class='stage' aria-label='Wafer'>
      <header>
        <h1 title={wafer.imgid}>{wafer.imgid}</h1>
        <span>
          {wafer.fab} / {wafer.camera}
        </span>
        {wafer.lot && <span class='lot-name'>Lot {wafer.lot}</span>}
        <Time at={wafer.timestamp} />
      </header>
      <div class='stage-body'>
        {wafer.imageUrl === null && <Empty title='No image yet' hint='s skips it.' />}
        {loaded?.kind === 'map' && (
          <DieMap
            map={loaded.map}
            name={wafer.imgid}
            notch={wafer.notch ?? undefined}
            lie={AS_STORED}
            zones={null}
          />
        )}
        {loaded?.kind === 'no-map' && wafer.imageUrl && (
          <figure class='as-received'>
            <img src={wafer.imageUrl} alt={`Image of ${wafer.imgid} as received`} />
            <figcaption>{loaded.reason}</figcaption>
          </figure>
        )}
        {loaded?.kind === 'failed' && <Empty title={loaded.reason} hint='Trying again.' />}
      </div>
    </section>
  );
}
