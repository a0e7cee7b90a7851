import { newRule, PARAMETERS, withTest } from '../../main/web/model/rules.ts';
import { expectEqual } from './expect.ts';

Deno.test('a rule with another test keeps the numbers that fit, and drops those that it does not ask for', () => {
  const rule = { ...newRule(), name: 'Donut repeats', k: 5, n: 40 };
  const chart = withTest(rule, 'ewma');
  expectEqual([chart.k ?? null, chart.n, chart.expected, chart.weight], [null, 40, 0.05, 0.1]);
  expectEqual(withTest({ ...chart, n: 5_000 }, 'k-of-n').n, 20);
  expectEqual(withTest(chart, 'threshold'), withTest(rule, 'threshold'));
});

Deno.test('every test begins with numbers within its bounds', () => {
  for (const parameters of Object.values(PARAMETERS)) {
    for (const { min, max, usual } of parameters) {
      expectEqual(usual >= min && usual <= max, true);
    }
  }
});
