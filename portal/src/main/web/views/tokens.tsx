import { useEffect, useState } from 'preact/hooks';
import type { Role } from '../model/api-session.ts';
import { type MadeToken, type Scope, type Token, tokenApi } from '../model/api-tokens.ts';
import { currentRole, isAdmin } from '../model/session.ts';
import { Empty } from '../parts/empty.tsx';
import { Time } from '../parts/time.tsx';

const RANK: Role[] = ['viewer', 'reviewer', 'approver', 'admin'];

/** What a scope allows, and the role that may give it. */
const SCOPES: Record<Scope, { words: string; least: Role }> = {
  read: { words: 'read wafers, alarms and devices', least: 'viewer' },
  metrics: { words: 'read /metrics', least: 'viewer' },
  classify: { words: 'have images classified', least: 'viewer' },
  ingest: { words: 'send wafers', least: 'reviewer' },
  review: { words: 'label wafers, handle alarms', least: 'reviewer' },
  approve: { words: 'approve models', least: 'approver' },
  admin: { words: 'everything that a program may', least: 'admin' },
};

/** What programs send instead of a password: one's own, and for admins everybody's. */
export function TokensView() {
  const [tokens, setTokens] = useState<Token[] | null>(null);
  const [made, setMade] = useState<MadeToken | null>(null);
  const [error, setError] = useState<string | null>(null);
  const read = () =>
    tokenApi.all().then(
      ({ items }) => setTokens(items),
      (e: Error) => setError(e.message),
    );
  useEffect(() => void read(), []);
  const revoke = (id: number) => {
    setError(null);
    tokenApi
      .revoke(id)
      .catch((e: Error) => setError(e.message))
      .finally(() => void read());
  };
  if (tokens === null) {
    return error ? <Empty title={error} /> : <div aria-busy='true' />;
  }
  return (
    <div class='page narrow'>
      <h1>Tokens</h1>
      <p class='fine'>
        A program sends a token as <code>Authorization: Bearer …</code> instead of a password.
      </p>
      {error && (
        <p class='error' role='alert'>
          {error}
        </p>
      )}
      {tokens.length > 0 && (
        <div class='table-box'>
          <table>
            <thead>
              <tr>
                <th scope='col'>Name</th>
                {isAdmin() && <th scope='col'>Owner</th>}
                <th scope='col'>May</th>
                <th scope='col'>Until</th>
                <th scope='col'>Last used</th>
                <td />
              </tr>
            </thead>
            <tbody>
              {tokens.map((token) => <TokenRow key={token.id} token={token} revoke={revoke} />)}
            </tbody>
          </table>
        </div>
      )}
      {made && <Shown made={made} />}
      <NewToken
        done={(token) => {
          setMade(token);
          void read();
        }}
      />
    </div>
  );
}

function TokenRow(props: { token: Token; revoke: (id: number) => void }) {
  const { token, revoke } = props;
  const [sure, setSure] = useState(false);
  return (
    <tr>
      <td>{token.name}</td>
      {isAdmin() && <td>{token.owner}</td>}
      <td>{token.scopes.join(', ')}</td>
      <td>
        <Time at={token.expiresAt} />
      </td>
      <td>{token.lastUsedAt === null ? 'never' : <Time at={token.lastUsedAt} relative />}</td>
      <td class='actions'>
        <button
          type='button'
          class={sure ? 'danger' : ''}
          onBlur={() => setSure(false)}
          onClick={() => (sure ? revoke(token.id) : setSure(true))}
        >
          {sure ? `Really revoke ${token.name}` : 'Revoke'}
        </button>
      </td>
    </tr>
  );
}

function Shown({ made }: { made: MadeToken }) {
  return (
    <div class='panel stacked' role='status'>
      <label>
        The token {made.name}: copy it now, it is shown this once
        <input class='mono' readOnly value={made.token} onFocus={(e) => e.currentTarget.select()} />
      </label>
    </div>
  );
}

function NewToken({ done }: { done: (made: MadeToken) => void }) {
  const role = currentRole() ?? 'viewer';
  const offered = (Object.keys(SCOPES) as Scope[]).filter(
    (scope) => RANK.indexOf(SCOPES[scope].least) <= RANK.indexOf(role),
  );
  const [name, setName] = useState('');
  const [days, setDays] = useState(90);
  const [scopes, setScopes] = useState<Scope[]>(['read']);
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    setError(null);
    try {
      done(await tokenApi.add(name.trim(), scopes, days));
      setName('');
    } catch (e) {
      setError((e as Error).message);
    }
  };
  return (
    <form class='panel stacked' onSubmit={(event) => void submit(event)}>
      <h2>Make a token</h2>
      <label>
        What it is for
        <input
          required
          maxLength={100}
          value={name}
          onInput={(e) => setName(e.currentTarget.value)}
        />
      </label>
      <fieldset class='stacked'>
        <legend>It may</legend>
        {offered.map((scope) => (
          <label key={scope} class='choice'>
            <input
              type='checkbox'
              checked={scopes.includes(scope)}
              onChange={(e) =>
                setScopes(
                  e.currentTarget.checked
                    ? [...scopes, scope]
                    : scopes.filter((other) => other !== scope),
                )}
            />
            {` ${scope}: ${SCOPES[scope].words}`}
          </label>
        ))}
      </fieldset>
      <label>
        Days until it ends
        <input
          type='number'
          min={1}
          max={366}
          required
          value={days}
          onInput={(e) => setDays(e.currentTarget.valueAsNumber)}
        />
      </label>
      {error && (
        <p class='error' role='alert'>
          {error}
        </p>
      )}
      <button type='submit' class='primary' disabled={!name.trim() || scopes.length === 0}>
        Make
      </button>
    </form>
  );
}
