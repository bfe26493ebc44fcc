import type { ActiveAlert, AlertStates } from './alert-states.ts';
import { instantVector, parseSelector, rangeMatrix } from './query.ts';
import type { Rule } from './rules.ts';
import { seriesId, type SeriesStore } from './series-store.ts';

/** The part of Prometheus' HTTP API that Sitrep and people read. */

export type ApiState = { store: SeriesStore; states: AlertStates; rules: Rule[]; now: () => number };

export type ApiAnswer = { code: number; body: object | string };

const MAX_POINTS = 11_000;

/** Answers a path with its parameters. */
export function answerQuery(state: ApiState, path: string, params: URLSearchParams): ApiAnswer {
  try {
    switch (path) {
      case '/-/healthy':
      case '/-/ready':
        return { code: 200, body: 'The local rule evaluator is healthy.\n' };
      case '/api/v1/query':
        return success(
          instantVector(state.store, parseSelector(query(params)), time(params, 'time', state.now())),
        );
      // Where the links of alerts lead. There is no page to draw on, so it answers with the values of now.
      case '/graph':
        return success(instantVector(state.store, parseSelector(watched(params)), state.now()));
      case '/api/v1/query_range':
        return success(range(state, params));
      case '/api/v1/alerts':
        return success({ alerts: state.states.active().map(alertJson) });
      case '/api/v1/rules':
        return success({
          groups: [{ name: 'shop', rules: state.rules.map((rule) => ruleJson(state, rule)) }],
        });
      default:
        return {
          code: 404,
          body: { status: 'error', errorType: 'not_found', error: `no such path: ${path}` },
        };
    }
  } catch (error) {
    return { code: 400, body: { status: 'error', errorType: 'bad_data', error: (error as Error).message } };
  }
}

function success(data: object): ApiAnswer {
  return { code: 200, body: { status: 'success', data } };
}

function range({ store, now }: ApiState, params: URLSearchParams): object {
  const from = time(params, 'start', now());
  const to = time(params, 'end', now());
  const step = Number(params.get('step')?.replace(/s$/, '')) * 1_000;
  if (!(step > 0)) throw new Error('step must be a number of seconds above 0');
  if ((to - from) / step > MAX_POINTS)
    throw new Error(`more than ${MAX_POINTS} points per series; use a larger step`);
  return rangeMatrix(store, parseSelector(query(params)), from, to, step);
}

function query(params: URLSearchParams): string {
  const text = params.get('query');
  if (text === null) throw new Error('the parameter query is missing');
  return text;
}

/** The series that an alert's link is about, without the comparison that makes it an alert. */
function watched(params: URLSearchParams): string {
  const [series = ''] = (params.get('g0.expr') ?? '').split(/\s+(?:[<>]=?|[=!]=)\s+/, 1);
  return series;
}

/** A time in milliseconds from a parameter in seconds or RFC 3339. */
function time(params: URLSearchParams, name: string, otherwise: number): number {
  const text = params.get(name);
  if (text === null) return otherwise;
  const at = /^-?[\d.]+$/.test(text) ? Number(text) * 1_000 : Date.parse(text);
  if (Number.isNaN(at)) throw new Error(`${name} is neither seconds nor an RFC 3339 time: ${text}`);
  return at;
}

function alertJson(alert: ActiveAlert): object {
  return {
    labels: alert.labels,
    annotations: alert.annotations,
    state: alert.firedAt === undefined ? 'pending' : 'firing',
    activeAt: new Date(alert.activeAt).toISOString(),
    value: alert.value.toExponential(),
  };
}

function ruleJson({ states }: ApiState, rule: Rule): object {
  if (rule.kind === 'record') return { type: 'recording', name: rule.record, query: rule.expr, health: 'ok' };
  const alerts = states.active().filter((alert) => alert.rule === rule);
  const firing = alerts.some((alert) => alert.firedAt !== undefined);
  return {
    type: 'alerting',
    name: rule.alert,
    query: rule.expr,
    duration: rule.forMs / 1_000,
    labels: rule.labels,
    annotations: rule.annotations,
    state: firing ? 'firing' : alerts.length > 0 ? 'pending' : 'inactive',
    alerts: alerts.toSorted((a, b) => (seriesId(a.labels) < seriesId(b.labels) ? -1 : 1)).map(alertJson),
    health: 'ok',
  };
}
