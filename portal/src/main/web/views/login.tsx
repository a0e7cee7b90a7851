import { useEffect, useState } from 'preact/hooks';
import { sessionApi, type WaysToLogIn } from '../model/api-session.ts';
import { logIn } from '../model/session.ts';
import { Logo } from '../parts/logo.tsx';

/** What became of a login at the provider; the hub puts the word into the address. */
const REFUSED: Record<string, string> = {
  denied: 'You were not logged in: the provider, or you, said no.',
  expired: 'That took too long, or was begun in another window. Try again.',
  'no-role': 'You are known, but none of your groups may use the hub. An admin can tell which may.',
  name: 'You are known, but another account here has your name. An admin can help.',
  failed: 'The provider cannot be reached, or its answer was wrong. The hub’s log says why.',
};

/** Asks for a name and password; the hub says what is wrong with them. */
export function Login({ note }: { note: string | undefined }) {
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const refused = new URLSearchParams(location.search).get('login');
  const [error, setError] = useState<string | null>(
    refused === null ? null : REFUSED[refused] ?? null,
  );
  const [ways, setWays] = useState<WaysToLogIn | null>(null);
  useEffect(() => void sessionApi.ways().then(setWays, () => setWays(null)), []);
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
        {ways?.oidc && (
          <a class='button' id='single-sign-on' href={ways.oidc.url}>
            Log in with {ways.oidc.label}
          </a>
        )}
        <p class='fine'>
          No account yet? An admin adds it under People. The first start of the hub prints the
          admin's password once.
        </p>
      </form>
    </div>
  );
}
