import type { ComponentChildren } from 'preact';
import type { WaferDetail } from '../model/api-wafers.ts';
import { href } from '../model/route.ts';

const EXPORTS = ['csv', 'g85', 'e142', 'klarf'] as const;

/** What a wafer's file says of it, where it came from, and how to hand it back. */
export function SourceFacts({ wafer }: { wafer: WaferDetail }) {
  const { source, dies } = wafer;
  const untested = dies
    ? (['skipped', 'edge', 'reference', 'retested'] as const).filter((kind) => dies[kind] > 0)
    : [];
  return (
    <>
      {wafer.lot && (
        <Fact name='Lot'>
          <a href={href('wafers', { lot: wafer.lot })}>{wafer.lot}</a>
        </Fact>
      )}
      {wafer.wafer && <Fact name='Wafer'>{wafer.wafer}</Fact>}
      {wafer.slot !== null && <Fact name='Slot'>{wafer.slot}</Fact>}
      {wafer.product && <Fact name='Product'>{wafer.product}</Fact>}
      {wafer.step && <Fact name='Step'>{wafer.step}</Fact>}
      {wafer.measured && <Fact name='Measured'>{wafer.measured}</Fact>}
      {source?.file && <Fact name='Source'>{source.file}</Fact>}
      {source?.format && <Fact name='Format'>{source.format}</Fact>}
      {(wafer.notch || source?.notch) && (
        <Fact name='Notch'>
          {wafer.notch ?? 'unknown'}
          {source?.notch && source.notch !== wafer.notch && `, in the file ${source.notch}`}
          {source?.grid?.fromBack && ', seen from the back'}
        </Fact>
      )}
      {dies && untested.length > 0 && (
        <Fact name='Other dies'>
          {untested.map((kind) => `${dies[kind].toLocaleString('en')} ${kind}`).join(', ')}
        </Fact>
      )}
      {source?.warnings?.map((warning) => <Fact key={warning} name='Odd'>{warning}</Fact>)}
      {wafer.exportUrl && (
        <Fact name='Export'>
          <span class='exports'>
            {EXPORTS.map((as) => (
              <a key={as} href={`${wafer.exportUrl}&as=${as}`} download>
                {as.toUpperCase()}
              </a>
            ))}
          </span>
        </Fact>
      )}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
