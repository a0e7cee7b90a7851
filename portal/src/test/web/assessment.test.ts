import type { Explanation, Wafer } from '../../main/web/model/api-wafers.ts';
import {
  decisionWords,
  explanationWords,
  fitWords,
  noveltyWords,
  otherPatterns,
  patternsOf,
  waitsForReview,
} from '../../main/web/model/assessment.ts';
import { heatColour, type HeatColours } from '../../main/web/model/die-paint.ts';
import { expectEqual } from './expect.ts';

const wafer: Wafer = {
  imgid: 'w',
  timestamp: 1,
  time: '1970-01-01T00:00:00.001Z',
  fab: 'faba',
  camera: 'camera1',
  prediction: 'Center',
  probability: 0.61,
  probabilities: null,
  model: null,
  patterns: null,
  patternProbabilities: null,
  conformalSet: null,
  novelty: null,
  decision: null,
  reasons: [],
  lot: null,
  wafer: null,
  slot: null,
  product: null,
  notch: null,
  imageUrl: null,
  waferMapUrl: null,
  groundTruth: null,
};

const explanation: Explanation = {
  model: 'm',
  label: 'Center',
  predicted: 'Center',
  probability: 0.61,
  evidence: 6,
  shownFrom: 25,
  shownDies: 1_234,
  share: 0.847,
  height: 1,
  width: 1,
  values: [100],
};

Deno.test('the patterns of a wafer are those said, else its prediction', () => {
  expectEqual(patternsOf(wafer), ['Center']);
  expectEqual(patternsOf({ ...wafer, prediction: 'none' }), []);
  expectEqual(patternsOf({ ...wafer, patterns: [] }), []);
  const both = { ...wafer, patterns: ['Center', 'Scratch'] };
  expectEqual(otherPatterns(both), ['Scratch']);
});

Deno.test('a wafer waits for review until a person gave it a label', () => {
  const review: Wafer = { ...wafer, decision: 'review', reasons: ['confidence 0.61 below 0.9'] };
  expectEqual(waitsForReview(review), true);
  expectEqual(decisionWords(review), 'A person should look: confidence 0.61 below 0.9.');
  const groundTruth = {
    id: 1,
    imgid: 'w',
    timestamp: 1,
    fab: 'faba',
    camera: 'camera1',
    ground_truth: 'Loc',
    reviewer: 'admin',
    comment: null,
    at: wafer.time,
  };
  expectEqual(waitsForReview({ ...review, groundTruth }), false);
  expectEqual(decisionWords(wafer), null);
});

Deno.test('what fits and what is new is told in words', () => {
  expectEqual(fitWords(wafer), null);
  expectEqual(fitWords({ ...wafer, conformalSet: [] }), 'no known class');
  expectEqual(fitWords({ ...wafer, conformalSet: ['Center', 'Loc'] }), 'Center, Loc');
  expectEqual(noveltyWords(0.5), 'like known wafers');
  expectEqual(noveltyWords(0.9996), 'unlike 99.9 % of known wafers');
});

Deno.test('an explanation says how much of the evidence the strong dies carry', () => {
  expectEqual(
    explanationWords(explanation),
    'Repairing the 1,234 dies coloured strongly takes away 85 % of what speaks for Center.',
  );
  expectEqual(
    explanationWords({ ...explanation, label: 'none', evidence: -3, shownDies: 1 }),
    'Repairing the 1 die coloured strongly takes away 85 % of what speaks against none.',
  );
  expectEqual(
    explanationWords({ ...explanation, evidence: 0.4, share: null }),
    'As a whole the failing dies hardly move Center: what speaks for and against it is about even, or little.',
  );
});

Deno.test('a failing die is grey, amber to red for, blue against', () => {
  const colours: HeatColours = {
    pass: [1, 1, 1],
    neutral: [9, 9, 9],
    littleFor: [200, 100, 0],
    allFor: [100, 0, 0],
    littleAgainst: [0, 100, 200],
    allAgainst: [0, 0, 100],
  };
  expectEqual(heatColour(0, colours), [9, 9, 9]);
  expectEqual(heatColour(100, colours), [100, 0, 0]);
  expectEqual(heatColour(7, colours), [200, 100, 0]);
  expectEqual(heatColour(-100, colours), [0, 0, 100]);
});
