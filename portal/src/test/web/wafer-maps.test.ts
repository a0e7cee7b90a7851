import { ApiError } from '../../main/web/model/api.ts';
import type { WaferMapMessage } from '../../main/web/model/api-wafers.ts';
import { decode, type LoadedMap, WaferMaps } from '../../main/web/model/wafer-maps.ts';
import { expectEqual } from './expect.ts';

const MESSAGE = { height: 2, width: 3, cells: '012110', dies: 4, failing: 1, yieldRatio: 0.75 };

Deno.test('cells are decoded row by row', () => {
  expectEqual([...decode(MESSAGE).cells], [0, 1, 2, 1, 1, 0]);
});

Deno.test('the last map asked for comes first, and what is not needed is not asked for', async () => {
  const asked: string[] = [];
  const open: (() => void)[] = [];
  const maps = new WaferMaps((url) => {
    asked.push(url);
    return new Promise<WaferMapMessage>((done) => open.push(() => done(MESSAGE)));
  });
  const needed = new AbortController();
  const gone = new AbortController();
  for (const url of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
    maps.load(url, url === 'f' ? gone.signal : needed.signal, () => {});
  }
  gone.abort();
  expectEqual(asked, ['a', 'b', 'c', 'd']);
  open.splice(0).forEach((answer) => answer());
  await new Promise((done) => setTimeout(done, 0));
  expectEqual(asked.slice(4), ['g', 'e']);
});

Deno.test('an image that is no wafer map is remembered, a failure is not', async () => {
  const answers = [
    new ApiError(503, 'unavailable', 'busy'),
    new ApiError(422, 'no-wafer-map', 'the image is no wafer map'),
  ];
  const maps = new WaferMaps(() => Promise.reject(answers.shift()));
  const load = () =>
    new Promise<LoadedMap>((done) => maps.load('x', new AbortController().signal, done));
  expectEqual((await load()).kind, 'failed');
  expectEqual((await load()).kind, 'no-map');
  expectEqual(maps.cached('x')?.kind, 'no-map');
});
