import type { Bin } from '../model/api-wafers.ts';
import { binName } from '../model/bins.ts';

/** The bins of a wafer's dies, the commonest first. */
export function BinTable({ bins }: { bins: readonly Bin[] }) {
  if (bins.length === 0) {
    return null;
  }
  const sorted = bins.slice().sort((a, b) => b.dies - a.dies || a.number - b.number);
  return (
    <table class='bins numbers'>
      <caption>Bins</caption>
      <tbody>
        {sorted.map((bin) => (
          <tr key={bin.number}>
            <th scope='row'>{binName(bin)}</th>
            <td class={bin.quality ?? ''}>{bin.quality ?? ''}</td>
            <td>{bin.dies.toLocaleString('en')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
