// The other wafers of the same lot, by slot.

import { useEffect, useState } from 'preact/hooks';
import { type Wafer, waferApi } from '../model/api-wafers.ts';
import { bySlot } from '../model/lots.ts';
import { href } from '../model/route.ts';
import { keyText } from '../model/wafer-key.ts';
import { PatternSign } from './pattern.tsx';
import { Thumb } from './thumb.tsx';

/** A lot has 25; some are inspected more than once. */
const MOST = 50;
const THUMB = 46;

export function LotWafers({ wafer }: { wafer: Wafer }) {
  const { lot, fab } = wafer;
  const [found, setFound] = useState<{ of: string; wafers: Wafer[]; more: boolean }>();
  const of = `${fab}/${lot}`;
  useEffect(() => {
    if (lot === null) {
      return;
    }
    const abort = new AbortController();
    waferApi.list({ fab, lot }, MOST, null, abort.signal).then(
      (page) => setFound({ of, wafers: page.items.sort(bySlot), more: page.next !== null }),
      () => {
        // The lot's link in the facts shows them, and why not.
      },
    );
    return () => abort.abort();
  }, [of]);
  if (lot === null || found?.of !== of || found.wafers.length < 2) {
    return null;
  }
  const here = keyText(wafer);
  return (
    <section class='lot-wafers' aria-label='Wafers of the lot'>
      <h2>Lot {lot}</h2>
      <ul>
        {found.wafers.map((one) => (
          <li key={keyText(one)}>
            <a
              href={href('wafers', { lot, fab, w: keyText(one) })}
              aria-current={keyText(one) === here ? 'true' : undefined}
              title={`${one.wafer ?? one.imgid}${one.slot === null ? '' : `, slot ${one.slot}`}: ${
                one.groundTruth?.ground_truth ?? one.prediction
              }`}
              aria-label={`${one.wafer ?? one.imgid}: ${
                one.groundTruth?.ground_truth ?? one.prediction
              }`}
            >
              <Thumb wafer={one} pixels={THUMB} />
              <PatternSign label={one.groundTruth?.ground_truth ?? one.prediction} />
            </a>
          </li>
        ))}
      </ul>
      {found.more && <p class='fine'>The newest {MOST} are shown.</p>}
    </section>
  );
}
