import { useState } from 'preact/hooks';
import { logIn } from '../model/session.ts';
import { Logo } from '../parts/logo.tsx';

/** Asks for a name and password; the hub says what is wrong with them. */
export function Login({ note }: { note: string | undefined }) {
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await logIn(user.trim(), password);
    } catch (e) {
      setError((e as Error).message);
      setPassword('');
      setBusy(false);
    }
  };
  return (
    <div class='cover'>
      <form class='login stacked' onSubmit={(event) => void submit(event)}>
        <h1>
          <Logo /> Fabwafer
        </h1>
        {note && <p role='status'>{note}</p>}
        <label>
          User
          <input
            name='user'
            autocomplete='username'
            autocapitalize='none'
            autofocus
            required
            value={user}
            onInput={(e) => setUser(e.currentTarget.value)}
          />
        </label>
        <label>
          Password
          <input
            name='password'
            type='password'
            autocomplete='current-password'
            required
            value={password}
            onInput={(e) => setPassword(e.currentTarget.value)}
          />
        </label>
        {error && (
          <p class='error' role='alert'>
            {error}
          </p>
        )}
        <button type='submit' class='primary' disabled={busy}>
          {busy ? 'Logging in…' : 'Log in'}
        </button>
        <p class='fine'>
          No account yet? An admin adds it under People. The first start of the hub prints the
          admin's password once.
        </p>
      </form>
    </div>
  );
}
