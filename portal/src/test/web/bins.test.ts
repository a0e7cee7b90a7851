import { binName, binWords } from '../../main/web/model/bins.ts';
import { expectEqual } from './expect.ts';

const bins = [{ number: 1, name: 'good', dies: 9 }, { number: 28, code: '1C', dies: 2 }];

Deno.test('a bin is called by its code and name', () => {
  expectEqual(bins.map(binName), ['1 good', '1C']);
});

Deno.test('a die tells its bin, also one that the table lacks, and nothing where it has none', () => {
  expectEqual([1, 28, 7, -1, undefined].map((number) => binWords(number, bins)), [
    'bin 1 good',
    'bin 1C',
    'bin 7',
    '',
    '',
  ]);
});
