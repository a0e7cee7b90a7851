import { live } from '../model/live.ts';
import { useStore } from '../model/use-store.ts';

const WORDS = {
  connecting: { short: 'Connecting', long: 'Connecting to the hub.' },
  live: { short: 'Live', long: 'New wafers, alarms and states appear as they happen.' },
  disconnected: {
    short: 'Disconnected',
    long: 'The hub does not answer; what you see may be old. Trying again.',
  },
} as const;

/** Whether what is shown is what is. */
export function Connection() {
  const state = useStore(live.connection);
  return (
    <span class={`connection ${state}`} role='status' title={WORDS[state].long}>
      {WORDS[state].short}
    </span>
  );
}
