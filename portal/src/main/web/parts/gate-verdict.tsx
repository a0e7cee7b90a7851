// What the gate said of a model: every rule with its figures, the classes, past excursions.

import type { GateVerdict, ReplayedExcursion } from '../model/api-models.ts';
import {
  championFigure,
  classRows,
  limitSign,
  ruleFigure,
  rulesByWeight,
} from '../model/models.ts';
import { href } from '../model/route.ts';
import { ClassFigures } from './class-figures.tsx';
import { PatternName } from './pattern.tsx';
import { Time } from './time.tsx';

const SAYS = { pass: 'passed', fail: 'failed', 'not-judged': 'not judged' } as const;

export function GateVerdictPanels({ verdict }: { verdict: GateVerdict }) {
  const count = (says: string) => verdict.rules.filter((rule) => rule.says === says).length;
  const rows = classRows(verdict);
  return (
    <>
      <section class='panel' aria-label='Gate'>
        <header class='figures'>
          <h2>
            <span class={`mark ${verdict.passed ? 'mark-good' : 'mark-bad'}`}>
              {verdict.passed ? 'The gate passed it' : 'The gate did not pass it'}
            </span>
          </h2>
          <p>
            {count('fail')} failed, {count('not-judged')} not judged, {count('pass')} passed
          </p>
          {verdict.figures.sentence && <p class='gate-sentence'>{verdict.figures.sentence}</p>}
        </header>
        <div class='table-box'>
          <table class='gate'>
            <thead>
              <tr>
                <th scope='col'>Rule</th>
                <th scope='col'>Verdict</th>
                <th scope='col' class='number'>Measured</th>
                <th scope='col' class='number'>Limit</th>
                <th scope='col' class='number'>Champion</th>
                <th scope='col'>Reason</th>
              </tr>
            </thead>
            <tbody>
              {rulesByWeight(verdict.rules).map((rule) => (
                <tr key={rule.name} class={`says-${rule.says}`}>
                  <th scope='row'>{rule.name}</th>
                  <td>
                    <span class={`says ${rule.says}`}>{SAYS[rule.says]}</span>
                  </td>
                  <td class='number'>{ruleFigure(rule, rule.measured)}</td>
                  <td class='number'>
                    {rule.limit === null || rule.limit === undefined
                      ? '–'
                      : `${limitSign(rule)} ${ruleFigure(rule, rule.limit)}`}
                  </td>
                  <td class='number'>{ruleFigure(rule, championFigure(verdict, rule))}</td>
                  <td class='wide'>{rule.reason}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      {rows.length > 0 && <ClassFigures rows={rows} />}
      <Excursions excursions={verdict.figures.excursions ?? []} />
    </>
  );
}

function Excursions({ excursions }: { excursions: readonly ReplayedExcursion[] }) {
  return (
    <section class='panel' aria-label='Past excursions'>
      <header class='figures'>
        <h2>Past excursions, seen again by both models</h2>
      </header>
      {excursions.length === 0
        ? <p class='fine'>No past alarm of three wafers or more has its wafers in the archive.</p>
        : (
          <div class='table-box'>
            <table>
              <thead>
                <tr>
                  <th scope='col'>Camera</th>
                  <th scope='col'>Pattern</th>
                  <th scope='col'>Began</th>
                  <th scope='col' class='number'>Wafers</th>
                  <th scope='col'>This model</th>
                  <th scope='col'>Champion</th>
                </tr>
              </thead>
              <tbody>
                {excursions.map((one) => {
                  const [fab = '', camera = ''] = one.camera.split('/');
                  return (
                    <tr key={`${one.camera} ${one.from}`}>
                      <td>
                        <a
                          href={href('wafers', {
                            fab,
                            camera,
                            from: new Date(one.from).toISOString(),
                          })}
                        >
                          {one.camera}
                        </a>
                      </td>
                      <td>
                        <PatternName label={one.pattern} />
                      </td>
                      <td>
                        <Time at={one.from} />
                      </td>
                      <td class='number'>{one.wafers}</td>
                      <td>
                        <Found after={one.candidateAfter} />
                      </td>
                      <td>
                        <Found after={one.championAfter} />
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        )}
    </section>
  );
}

function Found({ after }: { after: number }) {
  return after < 0
    ? <span class='failing'>missed it</span>
    : <>after {after} {after === 1 ? 'wafer' : 'wafers'}</>;
}
