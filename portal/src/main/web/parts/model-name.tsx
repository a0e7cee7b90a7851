import type { ModelStage } from '../model/api-models.ts';
import { shortId, STAGE_WORDS } from '../model/models.ts';
import { href } from '../model/route.ts';

/** A model's short id, leading to its page. */
export function ModelName({ id }: { id: string | null | undefined }) {
  return id
    ? (
      <a class='mono' href={href('models', { model: id })} title={id}>
        {shortId(id)}
      </a>
    )
    : <span class='fine'>none</span>;
}

export function StageMark({ stage }: { stage: ModelStage }) {
  return <span class={`mark mark-${stage}`}>{STAGE_WORDS[stage]}</span>;
}
