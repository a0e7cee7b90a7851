import type { ReviewStatistics } from '../model/api-review.ts';
import { PatternName } from './pattern.tsx';

/** How fast and how alike reviewers label, and how often the model is right by them. */
export function ReviewFigures(props: { statistics: ReviewStatistics | null; count: number }) {
  const { statistics } = props;
  if (!statistics) {
    return <div aria-busy='true' />;
  }
  const { stages } = statistics;
  return (
    <>
      <h2>Queue</h2>
      <dl class='review-stages'>
        {([
          ['You, just now', props.count],
          ['Waiting', stages.unreviewed],
          ['One opinion', stages.one],
          ['Disputed', stages.disputed],
          ['Settled', stages.settled],
        ] as const).map(([name, wafers]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{wafers.toLocaleString('en')}</dd>
          </div>
        ))}
      </dl>
      <Reviewers statistics={statistics} />
      <Precisions statistics={statistics} />
    </>
  );
}

function Reviewers({ statistics }: { statistics: ReviewStatistics }) {
  return (
    <>
      <h2>Reviewers</h2>
      {statistics.reviewers.length === 0
        ? <p class='fine'>Nobody has reviewed yet.</p>
        : (
          <table class='figures-table'>
            <thead>
              <tr>
                <th scope='col'>Reviewer</th>
                <th scope='col'>Wafers</th>
                <th scope='col'>Per hour</th>
                <th scope='col'>Known right</th>
              </tr>
            </thead>
            <tbody>
              {statistics.reviewers.map((each) => (
                <tr key={each.reviewer}>
                  <th scope='row'>{each.reviewer}</th>
                  <td>{each.opinions.toLocaleString('en')}</td>
                  <td>
                    {each.wafersPerHour === null
                      ? '–'
                      : Math.round(each.wafersPerHour).toLocaleString('en')}
                  </td>
                  <td>{each.known === 0 ? '–' : `${each.knownRight} of ${each.known}`}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      {statistics.pairs.map((pair) => (
        <p class='fine' key={pair.reviewers.join()}>
          {pair.reviewers.join(' and ')} agree on {pair.agreed} of {pair.wafers}
          {pair.kappa === null ? '' : `, Cohen’s kappa ${pair.kappa.toFixed(2)}`}
        </p>
      ))}
    </>
  );
}

function Precisions({ statistics }: { statistics: ReviewStatistics }) {
  return (
    <>
      <h2>The model, by reviews</h2>
      <p class='fine'>
        Of the random share alone: what is shown because it teaches is what the model is worst at.
      </p>
      {statistics.precisions.length > 0 && (
        <table class='figures-table'>
          <thead>
            <tr>
              <th scope='col'>It said</th>
              <th scope='col'>Right</th>
              <th scope='col'>Precision, 95 %</th>
            </tr>
          </thead>
          <tbody>
            {statistics.precisions.map((each) => (
              <tr key={each.model + each.prediction} title={`Model ${each.model.slice(0, 12)}`}>
                <th scope='row'>
                  <PatternName label={each.prediction} />
                </th>
                <td>
                  {each.right} of {each.wafers}
                </td>
                <td>
                  {(each.precision * 100).toFixed(0)} % ({(each.low * 100).toFixed(0)}–{(each.high *
                    100).toFixed(0)})
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
