// New patterns: wafers that fit none, clustered; naming one makes it a provisional class.

import { patternApi } from '../model/api-patterns.ts';
import { mayReview } from '../model/session.ts';
import { usePatterns } from '../model/use-patterns.ts';
import { ClusterCard } from '../parts/cluster-card.tsx';
import { Empty } from '../parts/empty.tsx';
import { NewPatternRow } from '../parts/new-pattern-row.tsx';

export function PatternsView() {
  const { clusters, patterns, error, note, busy, change } = usePatterns();
  return (
    <div class='page new-patterns'>
      <h1>New patterns</h1>
      <p class='fine'>
        Wafers unlike 99 in 100 known ones, and those that a reviewer called unknown, in groups that
        look alike. Name a group: its wafers are labelled so, wafers near it are matched at once,
        and the next training learns it.
      </p>
      <p class='note' role='status'>{note}</p>
      {patterns.length > 0 && (
        <section aria-label='Named patterns'>
          <h2>Named</h2>
          <ul class='named-patterns'>
            {patterns.map((pattern) => (
              <NewPatternRow
                key={pattern.id}
                pattern={pattern}
                others={patterns.filter((other) => other.id !== pattern.id)}
                busy={busy}
                change={mayReview() ? change : undefined}
              />
            ))}
          </ul>
        </section>
      )}
      <section aria-label='Clusters' aria-busy={clusters === null && !error}>
        <h2>
          Not named yet{clusters &&
            ` · ${clusters.items.length} ${
              clusters.items.length === 1 ? 'group' : 'groups'
            } among ${clusters.wafers.toLocaleString('en')} wafers that fit no pattern`}
        </h2>
        {error && <Empty title={error} />}
        {clusters?.items.length === 0 && (
          <Empty
            title='No group of wafers that fit no pattern'
            hint='A group needs five that look alike. In the review, 9 calls a wafer unknown.'
          />
        )}
        {clusters?.items.map((cluster) => (
          <ClusterCard
            key={cluster.items.map((wafer) => wafer.imgid).join()}
            cluster={cluster}
            busy={busy}
            name={mayReview()
              ? (name, wafers) =>
                change(async () => {
                  const made = await patternApi.name(name, wafers);
                  return `${made.name}: ${made.named} wafers named, ${made.matched} more matched`;
                })
              : undefined}
          />
        ))}
      </section>
    </div>
  );
}
