import { useState } from 'preact/hooks';
import { type ModelDetail, models, pipeline } from '../model/api-models.ts';
import { shortId } from '../model/models.ts';
import { navigate } from '../model/route.ts';
import { mayApprove, session } from '../model/session.ts';
import { useStore } from '../model/use-store.ts';
import { AskReason } from './ask-reason.tsx';

type Asking = 'test-override' | 'approve' | 'approve-override' | 'reject' | 'rollback' | 'deploy';

/** What a person may do with a model as it stands; `done` gets the model that came of it. */
export function ModelActions(props: { model: ModelDetail; done: (changed: ModelDetail) => void }) {
  const { model, done } = props;
  const [asking, setAsking] = useState<Asking | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const me = useStore(session);
  if (!mayApprove()) {
    return null;
  }
  const user = me.kind === 'signed-in' ? me.session.user : '';
  const signed = model.approvals.some((approval) => approval.person === user);
  const passed = model.gate?.passed ?? false;
  const act = async (action: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    try {
      await action();
    } catch (e) {
      setError((e as Error).message);
    }
    setBusy(false);
  };
  const button = (text: string, press: () => void, kind = '') => (
    <button type='button' class={kind} disabled={busy} onClick={press}>
      {text}
    </button>
  );
  const judge = () =>
    void act(async () => {
      const run = await pipeline.begin(model.id);
      navigate('models', { tab: 'pipeline', run: String(run.id) });
    });
  const { stage } = model;
  return (
    <div class='model-actions'>
      {stage === 'candidate' && button('Send through the gate', judge, passed ? '' : 'primary')}
      {stage === 'candidate' &&
        (passed
          ? button(
            'Put into test',
            () => void act(async () => done(await models.test(model.id))),
            'primary',
          )
          : button('Test against the gate …', () => setAsking('test-override'), 'danger'))}
      {stage === 'test' && !signed &&
        (passed
          ? button('Approve …', () => setAsking('approve'), 'primary')
          : button('Approve against the gate …', () => setAsking('approve-override'), 'danger'))}
      {stage === 'challenger' && button('Deploy …', () => setAsking('deploy'), 'primary')}
      {['candidate', 'test', 'challenger'].includes(stage) &&
        button('Reject …', () => setAsking('reject'))}
      {stage === 'champion' && button('Roll back …', () => setAsking('rollback'), 'danger')}
      <a class='button' href={models.fileUrl(model.id)} download>
        Export
      </a>
      {error && (
        <p class='error' role='alert'>
          {error}
        </p>
      )}
      {asking && (
        <AskReason
          {...questionOf(asking, model)}
          close={() => setAsking(null)}
          act={async (reason) => done(await answer(asking, model.id, reason))}
        />
      )}
    </div>
  );
}

function answer(asking: Asking, id: string, reason: string): Promise<ModelDetail> {
  switch (asking) {
    case 'test-override':
      return models.test(id, reason);
    case 'approve':
      return models.approve(id, reason);
    case 'approve-override':
      return models.approve(id, undefined, reason);
    case 'reject':
      return models.reject(id, reason);
    case 'deploy':
      return models.deploy(id);
    case 'rollback':
      return models.rollBack(reason);
  }
}

function questionOf(asking: Asking, model: ModelDetail) {
  const name = shortId(model.id);
  const gate = model.gate ? 'The gate did not pass this model.' : 'No gate judged this model.';
  switch (asking) {
    case 'test-override':
      return {
        title: `Put ${name} into test against the gate?`,
        hint:
          `${gate} It will run in shadow all the same; your name and your reason go into the audit.`,
        submit: 'Override the gate',
        danger: true,
      };
    case 'approve':
      return {
        title: `Approve ${name}?`,
        hint: model.approvals.length + 1 < model.approversNeeded
          ? `${model.approversNeeded} persons must approve it; with you it is ${
            model.approvals.length + 1
          }.`
          : 'With your approval it may be deployed.',
        submit: 'Approve',
        ask: 'comment' as const,
      };
    case 'approve-override':
      return {
        title: `Approve ${name} against the gate?`,
        hint: `${gate} It could reach every camera; your name and your reason go into the audit.`,
        submit: 'Override the gate and approve',
        danger: true,
      };
    case 'reject':
      return {
        title: `Reject ${name}?`,
        hint: 'It is retired and its approvals go. It cannot come back.',
        submit: 'Reject',
        danger: true,
      };
    case 'deploy':
      return {
        title: `Deploy ${name}?`,
        hint: 'It becomes the champion and goes to the cameras in stages.',
        submit: 'Deploy',
        ask: 'nothing' as const,
      };
    case 'rollback':
      return {
        title: `Roll back ${name}?`,
        hint:
          'The champion before answers again, at all cameras at once. This model is not gone back to by itself.',
        submit: 'Roll back',
        danger: true,
      };
  }
}
