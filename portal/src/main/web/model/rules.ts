// What each test of a rule asks for, and with which values one begins.

import type { Rule, Test } from './api-alarms.ts';

type NumberName = 'k' | 'n' | 'expected' | 'weight' | 'width' | 'slack' | 'decision';

export interface Parameter {
  name: NumberName;
  label: string;
  min: number;
  max: number;
  step: number | 'any';
  /** Where a new rule begins. */
  usual: number;
}

const GROUP: Parameter = {
  name: 'n',
  label: 'Wafers of a group (n)',
  min: 1,
  max: 10_000,
  step: 1,
  usual: 25,
};
const EXPECTED: Parameter = {
  name: 'expected',
  label: 'Expected bad share (0 to 1)',
  min: 0.0001,
  max: 0.9999,
  step: 'any',
  usual: 0.05,
};

/** The numbers that each test asks for. */
export const PARAMETERS: Record<Test, readonly Parameter[]> = {
  threshold: [],
  'k-of-n': [
    { name: 'k', label: 'Bad wafers (k)', min: 1, max: 200, step: 1, usual: 3 },
    { name: 'n', label: 'Of the last (n)', min: 1, max: 200, step: 1, usual: 20 },
  ],
  'p-chart': [GROUP, EXPECTED],
  ewma: [
    GROUP,
    EXPECTED,
    { name: 'weight', label: 'Weight of a group', min: 0.001, max: 1, step: 'any', usual: 0.1 },
    { name: 'width', label: 'Limit, in deviations', min: 0.1, max: 10, step: 'any', usual: 2.7 },
  ],
  cusum: [
    GROUP,
    EXPECTED,
    { name: 'slack', label: 'Slack, in deviations', min: 0, max: 10, step: 'any', usual: 0.5 },
    { name: 'decision', label: 'Limit of the sum', min: 0.1, max: 100, step: 'any', usual: 5 },
  ],
};

/** A rule with another test: numbers that it has are kept where they fit, others begin. */
export function withTest(rule: Rule, test: Test): Rule {
  const { name, enabled, fab, camera, product, pattern, probability, probabilities, per, hold } =
    rule;
  const base: Rule = {
    name,
    enabled,
    fab,
    camera,
    product,
    pattern,
    probability,
    probabilities,
    per,
    hold,
    test,
  };
  for (const parameter of PARAMETERS[test]) {
    const had = rule[parameter.name];
    const fits = had !== undefined && had >= parameter.min && had <= parameter.max;
    base[parameter.name] = fits ? had : parameter.usual;
  }
  return base;
}

/** Where a new rule begins. */
export function newRule(): Rule {
  return withTest(
    {
      name: '',
      enabled: true,
      fab: null,
      camera: null,
      product: null,
      pattern: null,
      probability: 0.5,
      probabilities: [],
      per: 'camera',
      test: 'k-of-n',
      hold: 'off',
    },
    'k-of-n',
  );
}
