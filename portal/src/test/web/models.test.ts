import type { GateVerdict, Model, Rollout } from '../../main/web/model/api-models.ts';
import {
  approvalText,
  canRollBack,
  championFigure,
  classRows,
  durationText,
  ruleFigure,
  rulesByWeight,
  said,
  stagesOf,
} from '../../main/web/model/models.ts';
import { expectEqual, expectTrue } from './expect.ts';

const verdict: GateVerdict = {
  passed: false,
  rules: [
    {
      name: 'macro-F1',
      says: 'pass',
      reason: '0.8000, at least 0.5000',
      measured: 0.8,
      limit: 0.5,
    },
    { name: 'recall of Loc', says: 'not-judged', reason: '2 wafers, 5 are needed' },
    { name: 'recall of Donut', says: 'fail', reason: 'too low', measured: 0.3, limit: 0.4 },
  ],
  figures: {
    perClass: { Donut: { recall: 0.3, precision: 1, support: 12 } },
    against: [
      { name: 'macroF1', candidate: 0.8, champion: 0.75, low: -0.1, high: 0.2 },
      { name: 'perClass.Donut.recall', candidate: 0.3, champion: 0.9, low: -0.8, high: -0.4 },
    ],
  },
};

Deno.test('what failed is read first, then what was not judged', () => {
  expectEqual(rulesByWeight(verdict.rules).map((rule) => rule.name), [
    'recall of Donut',
    'recall of Loc',
    'macro-F1',
  ]);
});

Deno.test('a rule stands beside what the champion reaches, where the gate measured it', () => {
  expectEqual(verdict.rules.map((rule) => championFigure(verdict, rule)), [0.75, null, 0.9]);
});

Deno.test('a class has the candidate’s figures, the champion’s and the interval between', () => {
  expectEqual(classRows(verdict), [{
    label: 'Donut',
    wafers: 12,
    recall: { value: 0.3, champion: 0.9, low: -0.8, high: -0.4 },
    precision: { value: 1, champion: null, low: null, high: null },
  }]);
});

Deno.test('figures of a rule read with their units', () => {
  const of = (name: string, value: number) => ruleFigure({ name, says: 'pass', reason: '' }, value);
  expectEqual(of('size', 3_480_000), '3.5 MB');
  expectEqual(of('speed', 12.345), '12.35 ms');
  expectEqual(of('recall of Loc', 1), '1.0000');
  expectEqual(of('macro-F1', 1), '1.0000');
  expectEqual(of('held-out wafers', 1200), '1,200');
  expectEqual(of('past excursions found', 0), '0');
});

Deno.test('who is missing is told beside who approved', () => {
  const model = (persons: string[], approversNeeded: number) =>
    ({
      approvals: persons.map((person) => ({ person, at: '', comment: null })),
      approversNeeded,
    }) as unknown as Model;
  expectEqual(approvalText(model([], 1)), 'nobody has approved it; 1 person still to approve');
  expectEqual(approvalText(model(['eva'], 2)), 'approved by eva; 1 other person still to approve');
  expectEqual(approvalText(model(['eva', 'adam'], 2)), 'approved by eva, adam');
});

Deno.test('stages are chosen cameras, then shares; what is no share is refused', () => {
  expectEqual(stagesOf(['faba/c1', 'faba/c2'], '50 %, 100'), ['faba/c1, faba/c2', '50 %', '100 %']);
  expectEqual(stagesOf([], '10 50 100%'), ['10 %', '50 %', '100 %']);
  expectEqual(stagesOf(['faba/c1'], ''), ['faba/c1']);
  expectEqual(stagesOf([], '0'), null);
  expectEqual(stagesOf([], 'half'), null);
});

Deno.test('only the last rollout that had a model before can be taken back, and once', () => {
  const one = (id: number, state: string, before: string | null) =>
    ({ id, state, before }) as unknown as Rollout;
  const rollouts = [one(3, 'running', 'b'), one(2, 'done', 'a')];
  expectEqual(rollouts.map((rollout) => canRollBack(rollouts, rollout)), [true, false]);
  expectEqual(canRollBack([one(1, 'done', null)], one(1, 'done', null)), false);
  expectEqual(canRollBack([one(1, 'rolled-back', 'a')], one(1, 'rolled-back', 'a')), false);
});

Deno.test('a graph says the class of its largest number', () => {
  const { label, share } = said([0, Math.log(3)], ['Center', 'none']);
  expectEqual(label, 'none');
  expectTrue(Math.abs(share - 0.75) < 1e-9, '3 of 4');
});

Deno.test('durations have two units at most', () => {
  expectEqual([0, 59, 3_600, 90_061].map(durationText), ['0 s', '59 s', '1 h', '1 d 1 h']);
});
