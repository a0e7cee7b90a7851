import { useState } from 'preact/hooks';
import { type Session, sessionApi } from '../model/api-session.ts';
import { logOut } from '../model/session.ts';
import { Dialog } from './dialog.tsx';
import { MIN_PASSWORD, NewPassword } from './new-password.tsx';

/** Who is logged in: change the password, log out. */
export function AccountMenu({ session }: { session: Session }) {
  const [open, setOpen] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const leave = () => logOut().catch((e: Error) => setError(e.message));
  return (
    <>
      <button
        type='button'
        class='account'
        title={`${session.user}, ${session.role}: password, log out`}
        onClick={() => setOpen(true)}
      >
        {session.user}
      </button>
      {open && (
        <Dialog title={`${session.user} · ${session.role}`} close={() => setOpen(false)}>
          <ChangePassword />
          {error && <p role='alert'>{error}</p>}
          <footer>
            <button type='button' id='log-out' onClick={() => void leave()}>
              Log out
            </button>
          </footer>
        </Dialog>
      )}
    </>
  );
}

function ChangePassword() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [outcome, setOutcome] = useState<{ text: string; failed: boolean } | null>(null);
  const change = async (event: Event) => {
    event.preventDefault();
    try {
      await sessionApi.changePassword(current, next);
      setOutcome({ text: 'Changed. Your other sessions are ended.', failed: false });
      setCurrent('');
      setNext('');
    } catch (e) {
      setOutcome({ text: (e as Error).message, failed: true });
    }
  };
  return (
    <form class='stacked' onSubmit={(event) => void change(event)}>
      <h3>Change password</h3>
      <label>
        Current password
        <input
          type='password'
          autocomplete='current-password'
          required
          value={current}
          onInput={(e) => setCurrent(e.currentTarget.value)}
        />
      </label>
      <NewPassword value={next} change={setNext} label='New password' />
      {outcome && <p role={outcome.failed ? 'alert' : 'status'}>{outcome.text}</p>}
      <button type='submit' disabled={!current || next.length < MIN_PASSWORD}>
        Change
      </button>
    </form>
  );
}
