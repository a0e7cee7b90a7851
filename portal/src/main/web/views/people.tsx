import { useEffect, useState } from 'preact/hooks';
import { type Account, accountApi } from '../model/api-accounts.ts';
import type { Role } from '../model/api-session.ts';
import { session } from '../model/session.ts';
import { useStore } from '../model/use-store.ts';
import { Empty } from '../parts/empty.tsx';
import { MIN_PASSWORD, NewPassword } from '../parts/new-password.tsx';
import { Time } from '../parts/time.tsx';

const ROLES: Record<Role, string> = {
  viewer: 'viewer: sees all',
  reviewer: 'reviewer: labels wafers, handles alarms',
  approver: 'approver: approves models, too',
  admin: 'admin: people and devices, too',
};

/** Accounts, for admins. */
export function PeopleView() {
  const me = useStore(session);
  const [accounts, setAccounts] = useState<Account[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const read = () =>
    accountApi.all().then(
      ({ items }) => setAccounts(items),
      (e: Error) => setError(e.message),
    );
  useEffect(() => void read(), []);
  const act = (action: Promise<unknown>) => {
    setError(null);
    action.catch((e: Error) => setError(e.message)).finally(() => void read());
  };
  if (accounts === null) {
    return error ? <Empty title={error} /> : <div aria-busy='true' />;
  }
  return (
    <div class='page narrow'>
      <h1>People</h1>
      {error && (
        <p class='error' role='alert'>
          {error}
        </p>
      )}
      <div class='table-box'>
        <table>
          <thead>
            <tr>
              <th scope='col'>User</th>
              <th scope='col'>Role</th>
              <th scope='col'>Since</th>
              <td />
            </tr>
          </thead>
          <tbody>
            {accounts.map((account) => (
              <AccountRow
                key={account.user}
                account={account}
                mine={me.kind === 'signed-in' && me.session.user === account.user}
                act={act}
              />
            ))}
          </tbody>
        </table>
      </div>
      <NewAccount added={() => void read()} />
    </div>
  );
}

function AccountRow(props: {
  account: Account;
  mine: boolean;
  act: (action: Promise<unknown>) => void;
}) {
  const { account, mine, act } = props;
  const [resetting, setResetting] = useState(false);
  const [password, setPassword] = useState('');
  const [removing, setRemoving] = useState(false);
  return (
    <tr>
      <td>
        {account.user} {mine && <span class='fine'>you</span>}
      </td>
      <td>
        {account.way === 'oidc' ? `${account.role}, by its groups` : (
          <RoleChoice
            label={`Role of ${account.user}`}
            role={account.role}
            choose={(role) => act(accountApi.change(account.user, { role }))}
          />
        )}
      </td>
      <td>
        <Time at={account.createdAt} />
      </td>
      <td class='actions'>
        {resetting
          ? (
            <form
              class='stacked'
              onSubmit={(event) => {
                event.preventDefault();
                act(accountApi.change(account.user, { password }));
                setResetting(false);
                setPassword('');
              }}
            >
              <NewPassword
                label={`New password of ${account.user}`}
                value={password}
                change={setPassword}
              />
              <span>
                <button type='submit' class='primary' disabled={password.length < MIN_PASSWORD}>
                  Set
                </button>{' '}
                <button type='button' onClick={() => setResetting(false)}>
                  Cancel
                </button>
              </span>
            </form>
          )
          : (
            !mine && (
              <>
                {account.way === 'password' && (
                  <button
                    type='button'
                    onClick={() => setResetting(true)}
                  >
                    New password
                  </button>
                )}
                <button
                  type='button'
                  class={removing ? 'danger' : ''}
                  onBlur={() => setRemoving(false)}
                  onClick={() =>
                    removing ? act(accountApi.remove(account.user)) : setRemoving(true)}
                >
                  {removing ? `Really remove ${account.user}` : 'Remove'}
                </button>
              </>
            )
          )}
      </td>
    </tr>
  );
}

function RoleChoice(props: { label: string; role: Role; choose: (role: Role) => void }) {
  return (
    <select
      aria-label={props.label}
      value={props.role}
      onChange={(e) => props.choose(e.currentTarget.value as Role)}
    >
      {Object.entries(ROLES).map(([role, words]) => (
        <option key={role} value={role}>
          {words}
        </option>
      ))}
    </select>
  );
}

function NewAccount({ added }: { added: () => void }) {
  const [user, setUser] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('reviewer');
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: Event) => {
    event.preventDefault();
    setError(null);
    try {
      await accountApi.add(user.trim(), password, role);
      setUser('');
      setPassword('');
      added();
    } catch (e) {
      setError((e as Error).message);
    }
  };
  return (
    <form class='panel stacked' onSubmit={(event) => void submit(event)}>
      <h2>Add a person</h2>
      <label>
        User
        <input
          autocomplete='off'
          required
          maxLength={64}
          value={user}
          onInput={(e) => setUser(e.currentTarget.value)}
        />
      </label>
      <label>
        Role
        <RoleChoice label='Role' role={role} choose={setRole} />
      </label>
      <NewPassword label='First password' value={password} change={setPassword} />
      {error && (
        <p class='error' role='alert'>
          {error}
        </p>
      )}
      <button type='submit' class='primary' disabled={!user || password.length < MIN_PASSWORD}>
        Add
      </button>
    </form>
  );
}
