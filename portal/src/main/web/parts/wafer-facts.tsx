import { evidenceUrl, type Wafer, type WaferDetail } from '../model/api-wafers.ts';
import { BinTable } from './bin-table.tsx';
import { PatternName } from './pattern.tsx';
import { SourceFacts } from './source-facts.tsx';
import { Time } from './time.tsx';

/** What has a place of its own; a field that the hub could not read has none. */
function isShown(wafer: Wafer, name: string): boolean {
  switch (name) {
    case 'probabilities':
    case 'model':
      return true;
    case 'patterns':
    case 'patternProbabilities':
    case 'conformalSet':
    case 'novelty':
    case 'decision':
      return wafer[name] !== null;
    case 'reasons':
      return wafer.reasons.length > 0;
    case 'lot':
    case 'wafer':
    case 'slot':
    case 'product':
    case 'notch':
      return wafer[name] !== null;
    case 'step':
    case 'measured':
    case 'source':
    case 'dies':
    case 'bins':
    case 'binMap':
      return true;
    default:
      return false;
  }
}

/** Label history and what else the hub knows of a wafer. */
export function WaferFacts({ wafer, detail }: { wafer: Wafer; detail: WaferDetail | null }) {
  const history = detail?.groundTruths ?? [];
  const more = Object.entries(detail?.more ?? {}).filter(([name]) => !isShown(wafer, name));
  return (
    <section class='facts' aria-label='Facts'>
      {history.length > 0 && (
        <>
          <h2>Labels</h2>
          <ol class='history'>
            {history.map((truth) => (
              <li key={truth.id}>
                <PatternName label={truth.ground_truth} />
                <span class='by'>
                  {truth.reviewer} · <Time at={truth.at} />
                </span>
                {truth.comment && <q>{truth.comment}</q>}
              </li>
            ))}
          </ol>
        </>
      )}
      <dl>
        {wafer.model && (
          <div>
            <dt>Model</dt>
            <dd title={wafer.model}>{wafer.model.slice(0, 12)}</dd>
          </div>
        )}
        {more.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
          </div>
        ))}
        {detail && <SourceFacts wafer={detail} />}
        <div>
          <dt>Classified</dt>
          <dd>
            <Time at={wafer.timestamp} />
          </dd>
        </div>
        {detail && (
          <div>
            <dt>Stored</dt>
            <dd>
              <Time at={detail.receivedAt} />
            </dd>
          </div>
        )}
        <div>
          <dt>Evidence card</dt>
          <dd class='exports'>
            <a href={evidenceUrl(wafer, 'pdf')} target='_blank' rel='noopener'>PDF</a>
            <a href={evidenceUrl(wafer, 'json')} target='_blank' rel='noopener'>JSON</a>
          </dd>
        </div>
        {wafer.imageUrl && (
          <div>
            <dt>Image</dt>
            <dd>
              <a href={wafer.imageUrl} download={`${wafer.imgid}.png`}>
                as received
              </a>
            </dd>
          </div>
        )}
      </dl>
      {detail && <BinTable bins={detail.bins} />}
    </section>
  );
}
