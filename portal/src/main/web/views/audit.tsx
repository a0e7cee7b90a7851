import { useEffect, useState } from 'preact/hooks';
import { auditApi, type AuditEntry, auditExport, type AuditQuery } from '../model/api-audit.ts';
import { Empty } from '../parts/empty.tsx';
import { Time } from '../parts/time.tsx';

const PAGE = 100;

/** Who did what to what, from where; for admins. */
export function AuditView() {
  const [query, setQuery] = useState<AuditQuery>({});
  const { entries, next, error, loading, readMore } = useAudit(query);
  return (
    <div class='page'>
      <h1>Audit</h1>
      <Filter query={query} change={setQuery} />
      {error && (
        <p class='error' role='alert'>
          {error}
        </p>
      )}
      {entries.length === 0 && !loading && !error && (
        <Empty title='Nothing of this was done' hint='Another filter may show more.' />
      )}
      {entries.length > 0 && (
        <div class='table-box' aria-busy={loading}>
          <table>
            <thead>
              <tr>
                <th scope='col'>When</th>
                <th scope='col'>Who</th>
                <th scope='col'>Did</th>
                <th scope='col'>To</th>
                <th scope='col'>Detail</th>
                <th scope='col'>From</th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => <Row key={entry.id} entry={entry} choose={setQuery} />)}
            </tbody>
          </table>
          {next !== null && (
            <button type='button' class='more' onClick={readMore}>
              Older entries
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function Row(props: { entry: AuditEntry; choose: (query: AuditQuery) => void }) {
  const { entry, choose } = props;
  return (
    <tr>
      <td>
        <Time at={entry.at} />
      </td>
      <td>
        <button type='button' class='link' onClick={() => choose({ actor: entry.actor })}>
          {entry.actor}
        </button>
      </td>
      <td class='mono'>{entry.action}</td>
      <td>{entry.object}</td>
      <td class='fine'>
        {Object.entries(entry.detail)
          .map(([name, value]) =>
            `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`
          )
          .join(', ')}
      </td>
      <td class='mono'>{entry.from}</td>
    </tr>
  );
}

function Filter(props: { query: AuditQuery; change: (query: AuditQuery) => void }) {
  const { query, change } = props;
  const [verdict, setVerdict] = useState<{ text: string; failed: boolean } | null>(null);
  const verify = () =>
    auditApi.verify().then(
      (v) =>
        setVerdict(
          v.intact
            ? { text: `Intact: entries ${v.first} to ${v.last}.`, failed: false }
            : { text: `Broken at entry ${v.broken}: ${v.why}.`, failed: true },
        ),
      (e: Error) => setVerdict({ text: e.message, failed: true }),
    );
  const field = (name: keyof AuditQuery, label: string, hint: string) => (
    <label>
      {label}
      <input
        value={query[name] ?? ''}
        placeholder={hint}
        maxLength={300}
        onChange={(e) => change({ ...query, [name]: e.currentTarget.value.trim() })}
      />
    </label>
  );
  return (
    <>
      <form class='audit-filter' onSubmit={(event) => event.preventDefault()}>
        {field('actor', 'Who', 'user:eva')}
        {field('action', 'Did', 'account')}
        {field('object', 'To', 'account:eva')}
        <button type='button' onClick={() => change({})}>
          All
        </button>
        <a class='button' href={auditExport(query, 'csv')} download>
          CSV
        </a>
        <a class='button' href={auditExport(query, 'jsonl')} download>
          JSON lines
        </a>
        <button type='button' onClick={() => void verify()}>
          Verify
        </button>
      </form>
      {verdict && (
        <p
          role={verdict.failed ? 'alert' : 'status'}
          class={verdict.failed ? 'error' : ''}
        >
          {verdict.text}
        </p>
      )}
    </>
  );
}

function useAudit(query: AuditQuery) {
  const [state, setState] = useState<{
    entries: AuditEntry[];
    next: string | null;
    error: string | null;
    loading: boolean;
  }>({ entries: [], next: null, error: null, loading: true });
  const read = (cursor: string | null, wanted: () => boolean = () => true) =>
    auditApi.entries(query, PAGE, cursor).then(
      (page) =>
        wanted() &&
        setState((s) => ({
          entries: cursor === null ? page.items : [...s.entries, ...page.items],
          next: page.next,
          error: null,
          loading: false,
        })),
      (e: Error) => wanted() && setState((s) => ({ ...s, error: e.message, loading: false })),
    );
  useEffect(() => {
    let wanted = true;
    setState((s) => ({ ...s, loading: true }));
    void read(null, () => wanted);
    return () => {
      wanted = false;
    };
  }, [query.actor, query.action, query.object]);
  return { ...state, readMore: () => void read(state.next) };
}
