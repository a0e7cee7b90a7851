/**
 * The rules that raise alarms of wafers: single wafers over a threshold, and excursions (k of the
 * last n, p-chart, EWMA, CUSUM); kept in the database in versions, judged inside ingest's
 * transaction ({@link fabwafer.hub.rule.AlarmRules}), tried on stored wafers by the same code
 * ({@link fabwafer.hub.rule.Backtest}). Safe on any thread.
 */
@NullMarked
package fabwafer.hub.rule;

import org.jspecify.annotations.NullMarked;
