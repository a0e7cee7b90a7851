import { replaceParams, route, startRouting } from '../../main/web/model/route.ts';
import { expectEqual } from './expect.ts';

/** A browser's address, which changes at once and is told of later. */
class Address {
  hash = '#/wafers';
  private told: () => void = () => undefined;

  constructor() {
    const replaceState = (_state: unknown, _title: string, to: string) => {
      this.hash = to;
    };
    Object.defineProperty(globalThis, 'location', { value: this, configurable: true });
    Object.defineProperty(globalThis, 'history', { value: { replaceState }, configurable: true });
    const listen = (_event: string, listener: () => void) => {
      this.told = listener;
    };
    Object.defineProperty(globalThis, 'addEventListener', { value: listen, configurable: true });
    startRouting();
  }

  /** The reader follows a link. */
  go(hash: string): void {
    this.hash = hash;
  }

  tell(): void {
    this.told();
  }
}

Deno.test('parameters change in the address and in the route', () => {
  const address = new Address();
  replaceParams({ w: 'a', lie: undefined });
  expectEqual(address.hash, '#/wafers?w=a');
  replaceParams({ zones: '1' });
  expectEqual(address.hash, '#/wafers?w=a&zones=1');
  expectEqual(route.get().params.get('zones'), '1');
});

Deno.test('what the view before still wants to change leaves a link that was followed alone', () => {
  const address = new Address();
  address.go('#/wafers?fab=faba&w=b');
  replaceParams({ w: 'a' });
  expectEqual(address.hash, '#/wafers?fab=faba&w=b');
  address.tell();
  expectEqual(route.get().params.get('w'), 'b');
  replaceParams({ w: 'c' });
  expectEqual(address.hash, '#/wafers?fab=faba&w=c');
});
