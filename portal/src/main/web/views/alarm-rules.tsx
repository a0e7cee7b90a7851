import { useEffect, useState } from 'preact/hooks';
import { alarmApi, type Rule, type RuleVersion } from '../model/api-alarms.ts';
import { newRule } from '../model/rules.ts';
import { mayApprove, mayReview } from '../model/session.ts';
import { RuleEditor } from '../parts/rule-editor.tsx';
import { Time } from '../parts/time.tsx';

/** The rules that raise alarms of wafers: list, editor with backtest, versions. */
export function AlarmRules() {
  const [rules, setRules] = useState<RuleVersion[]>([]);
  const [editing, setEditing] = useState<RuleVersion | 'new' | null>(null);
  const [error, setError] = useState<string | null>(null);
  const read = () =>
    alarmApi.rules().then(
      ({ items }) => setRules(items),
      (e: Error) => setError(e.message),
    );
  useEffect(() => void read(), []);
  const save = async (rule: Rule, note: string) => {
    if (editing === 'new') {
      await alarmApi.addRule(rule, note);
    } else if (editing !== null) {
      await alarmApi.changeRule(editing.id, editing.version, rule, note);
    }
    setEditing(null);
    await read();
  };
  return (
    <section class='rules' aria-label='Rules'>
      {error && (
        <p class='error' role='alert'>
          {error}
        </p>
      )}
      {editing === null
        ? mayReview() && (
          <p>
            <button type='button' class='primary' onClick={() => setEditing('new')}>
              {mayApprove() ? 'New rule' : 'Try a rule'}
            </button>
          </p>
        )
        : (
          <RuleEditor
            rule={editing === 'new' ? newRule() : editing.rule}
            maySave={mayApprove()}
            save={save}
            cancel={() => setEditing(null)}
          />
        )}
      <ul class='alarms'>
        {rules.map((rule) => <RuleCard key={rule.id} rule={rule} edit={() => setEditing(rule)} />)}
      </ul>
    </section>
  );
}

function RuleCard({ rule, edit }: { rule: RuleVersion; edit: () => void }) {
  const [versions, setVersions] = useState<RuleVersion[] | null>(null);
  const toggle = async () => {
    setVersions(versions === null ? (await alarmApi.ruleVersions(rule.id)).items : null);
  };
  return (
    <li class='alarm'>
      <div class='alarm-row'>
        <div class='alarm-words'>
          <h2>
            <span>{rule.rule.name}</span>
            {!rule.rule.enabled && <span class='fine'>not enabled</span>}
            {rule.rule.hold !== 'off' && <span class='fine'>hold: {rule.rule.hold}</span>}
          </h2>
          <p>{rule.words}</p>
          <Made version={rule} />
        </div>
        <div class='alarm-actions'>
          <button type='button' aria-expanded={versions !== null} onClick={() => void toggle()}>
            Versions
          </button>
          {mayReview() && (
            <button type='button' onClick={edit}>
              {mayApprove() ? 'Edit' : 'Try'}
            </button>
          )}
        </div>
      </div>
      {versions !== null && (
        <ol class='alarm-history' aria-label='Versions'>
          {versions.map((version) => (
            <li key={version.version}>
              {version.words}, hold: {version.rule.hold} <Made version={version} />
            </li>
          ))}
        </ol>
      )}
    </li>
  );
}

function Made({ version }: { version: RuleVersion }) {
  return (
    <p class='fine'>
      Version {version.version} by {version.changedBy ?? 'the hub'}, <Time at={version.changedAt} />
      {version.note && `: ${version.note}`}
    </p>
  );
}
