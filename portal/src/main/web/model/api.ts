// How the hub is asked: every call goes through here, and nothing else uses fetch. What there is to ask, typed after openapi.yaml, is in the neighbours `api-….ts`.

/** How long an answer may take before the hub counts as unreachable. */
const TIMEOUT_MILLIS = 30_000;

/** What went wrong, in the hub's own words where it gave some. */
export class ApiError extends Error {
  constructor(
    /** HTTP status; 0 where no answer came. */
    readonly status: number,
    /** The problem's name, such as not-logged-in; unreachable where no answer came. */
    readonly problem: string,
    message: string,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message);
  }

  /** Whether the same request may succeed later, unchanged. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

/** Called when an answer says that there is no session any more. */
let onSignedOut: () => void = () => {};

export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

type Query = Record<string, string | number | undefined>;

export function queryString(query: object): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query as Query)) {
    if (value !== undefined && value !== '') {
      params.set(name, String(value));
    }
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}

/** Asks the hub; for the neighbours `api-….ts`. */
export function call<T>(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
  timeoutMillis = TIMEOUT_MILLIS,
): Promise<T> {
  const headers: Record<string, string> = body === undefined
    ? {}
    : { 'Content-Type': 'application/json' };
  const text = body === undefined ? null : JSON.stringify(body);
  return send<T>(method, path, headers, text, timeoutMillis, signal);
}

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return call<T>('GET', path, undefined, signal);
}

/**
 * Sends a file, telling how far it is, which fetch cannot.
 *
 * `progress` hears the share that is sent, 0 to 1.
 */
export async function sendFile<T>(
  path: string,
  contentType: string,
  file: File,
  timeoutMillis: number,
  progress: (share: number) => void,
): Promise<T> {
  const answer = await new Promise<Response>((done, fail) => {
    const request = new XMLHttpRequest();
    request.open('POST', path);
    request.timeout = timeoutMillis;
    request.setRequestHeader('Accept', 'application/json');
    request.setRequestHeader('Content-Type', contentType);
    request.setRequestHeader('X-Fabwafer', '1');
    request.upload.onprogress = (event) => progress(event.total ? event.loaded / event.total : 0);
    request.onload = () =>
      done(
        new Response(request.responseText, {
          status: request.status,
          statusText: request.statusText,
          headers: { 'Retry-After': request.getResponseHeader('Retry-After') ?? '' },
        }),
      );
    request.onerror = request.ontimeout = () =>
      fail(new ApiError(0, 'unreachable', 'The hub does not answer.'));
    request.send(file);
  });
  if (answer.ok) {
    return (await answer.json()) as T;
  }
  const error = await errorOf(answer);
  if (error.problem === 'not-logged-in') {
    onSignedOut();
  }
  throw error;
}

/** Sends a body as it is; for the neighbours `api-….ts`. */
export async function send<T>(
  method: string,
  path: string,
  more: Record<string, string>,
  body: BodyInit | null,
  timeoutMillis: number,
  signal?: AbortSignal,
): Promise<T> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMillis);
  const forward = () => abort.abort();
  signal?.addEventListener('abort', forward);
  try {
    const headers: Record<string, string> = { Accept: 'application/json', ...more };
    if (method !== 'GET') {
      headers['X-Fabwafer'] = '1';
    }
    const answer = await fetch(path, {
      method,
      headers,
      body,
      signal: abort.signal,
      credentials: 'same-origin',
    });
    if (!answer.ok) {
      throw await errorOf(answer);
    }
    if (answer.status === 204) {
      return undefined as T;
    }
    const isText = answer.headers.get('Content-Type')?.startsWith('text/');
    return (isText ? await answer.text() : await answer.json()) as T;
  } catch (e) {
    if (e instanceof ApiError) {
      if (e.problem === 'not-logged-in') {
        onSignedOut();
      }
      throw e;
    }
    if (signal?.aborted) {
      throw new ApiError(0, 'aborted', 'Not needed any more.');
    }
    throw new ApiError(0, 'unreachable', 'The hub does not answer.');
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', forward);
  }
}

async function errorOf(answer: Response): Promise<ApiError> {
  const retryAfter = Number(answer.headers.get('Retry-After')) || null;
  try {
    const problem = (await answer.json()) as { type: string; title: string; detail?: string };
    const name = problem.type.replace('urn:fabwafer:problem:', '');
    return new ApiError(answer.status, name, problem.detail || problem.title, retryAfter);
  } catch {
    // A proxy before the hub answers in words of its own.
    const message = `The hub answered ${answer.status} ${answer.statusText}.`;
    return new ApiError(answer.status, 'unknown', message, retryAfter);
  }
}
