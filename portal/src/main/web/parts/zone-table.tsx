// The yields of a wafer's zones, and which differ from the rest by more than chance.

import type { WaferDetail } from '../model/api-wafers.ts';
import type { ZoneYield } from '../model/api-zones.ts';
import { EXCLUSIONS, type Zones } from '../model/use-zones.ts';

export function ZoneTable({ zones, detail }: { zones: Zones; detail: WaferDetail | null }) {
  const { yields } = zones;
  const diameter = detail?.source?.waferDiameterMillimetres;
  const whole = yields && yields.dies > 0 ? 1 - yields.failing / yields.dies : 0;
  return (
    <section class='zones' aria-label='Zones' aria-busy={!yields && !zones.error}>
      <h2>Zones</h2>
      <label class='fine'>
        Edge exclusion{' '}
        <select
          value={String(zones.exclusion)}
          onChange={(e) => zones.exclude(Number(e.currentTarget.value))}
        >
          {EXCLUSIONS.map((part) => (
            <option key={part} value={String(part)}>
              {part === 0
                ? 'none'
                : `${(part * 100).toFixed(0)} % of the radius${
                  diameter ? `, ${((part * diameter) / 2).toFixed(1)} mm` : ''
                }`}
            </option>
          ))}
        </select>
      </label>
      {zones.error && <p class='fine'>{zones.error}</p>}
      {yields && (
        <>
          <table class='numbers'>
            <thead>
              <tr>
                <th scope='col'>Zone</th>
                <th scope='col'>Dies</th>
                <th scope='col'>Yield</th>
                <th scope='col'>p, adjusted</th>
              </tr>
            </thead>
            <tbody>
              {yields.zones.map((zone) => (
                <Row key={`${zone.kind} ${zone.name}`} zone={zone} whole={whole} />
              ))}
              <tr class='all'>
                <th scope='row'>all</th>
                <td>{yields.dies.toLocaleString('en')}</td>
                <td>{percent(whole)}</td>
                <td />
              </tr>
            </tbody>
          </table>
          <p class='fine'>
            {yields.excludedDies > 0 &&
              `${yields.excludedFailing} of ${yields.excludedDies} excluded dies fail. `}
            {yields.method}. Bold: below{' '}
            {yields.level}. It takes failing dies to lie by chance; neighbours that fail together
            make small zones stand out too.
          </p>
        </>
      )}
    </section>
  );
}

function Row({ zone, whole }: { zone: ZoneYield; whole: number }) {
  const worse = (zone.yieldRatio ?? 0) < whole;
  const kind = !zone.significant ? '' : worse ? 'worse' : 'better';
  return (
    <tr class={kind}>
      <th scope='row'>
        {zone.kind === 'ring' ? '◎' : '◔'} {zone.name}
        {kind && <span class='fine'>{worse ? ' lower' : ' higher'}</span>}
      </th>
      <td>{zone.dies.toLocaleString('en')}</td>
      <td>{zone.yieldRatio === null ? '–' : percent(zone.yieldRatio)}</td>
      <td>{probability(zone.adjusted)}</td>
    </tr>
  );
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** Small ones as a power of ten: nobody needs their digits. */
function probability(p: number): string {
  return p >= 0.001 ? p.toFixed(3) : p < 1e-99 ? '< 10⁻⁹⁹' : p.toExponential(0).replace('e', ' e');
}
