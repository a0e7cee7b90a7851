// Every call to the hub, typed after its openapi.yaml. Nothing else in the portal uses fetch.

export type Role = 'viewer' | 'reviewer' | 'approver' | 'admin';
export type Scope =
  | 'read'
  | 'review'
  | 'approve'
  | 'ingest'
  | 'metrics'
  | 'classify'
  | 'admin';
export type LabelState = 'unreviewed' | 'reviewed' | 'corrected';
export type Decision = 'accept' | 'review';
export type AlarmState = 'open' | 'acknowledged' | 'suppressed' | 'ended' | 'resolved';
export type AlarmCause = 'confirmed' | 'false' | 'test';
export type Side = 'top' | 'right' | 'bottom' | 'left';
export type Bucket = 'hour' | 'day' | 'week';

export interface Session {
  user: string;
  role: Role;
}

export interface GroundTruth {
  id: number;
  imgid: string;
  timestamp: number;
  fab: string;
  camera: string;
  ground_truth: string;
  reviewer: string;
  comment: string | null;
  at: string;
}

/** A stored classification; the contract calls it Image. */
export interface Wafer {
  imgid: string;
  timestamp: number;
  time: string;
  fab: string;
  camera: string;
  prediction: string;
  probability: number;
  probabilities: Record<string, number> | null;
  model: string | null;
  /** The defect patterns said to be on it together; empty: none. Null where the model says none. */
  patterns: string[] | null;
  patternProbabilities: Record<string, number> | null;
  /** Every class that fits; may be empty. */
  conformalSet: string[] | null;
  /** Share of known wafers that are less novel. */
  novelty: number | null;
  decision: Decision | null;
  /** Why a person should look. */
  reasons: string[];
  /** What its file says of it, where the device told. */
  lot: string | null;
  wafer: string | null;
  slot: number | null;
  product: string | null;
  /** Where the notch lies on the wafer map. */
  notch: Side | null;
  imageUrl: string | null;
  waferMapUrl: string | null;
  groundTruth: GroundTruth | null;
  /** The new pattern that a person named and that it is of; told by the list and the one view. */
  provisional?: { pattern: number; name: string; named: boolean; similarity: number } | null;
}

/** Which dies drove an answer, by the hub's model. */
export interface Explanation {
  model: string;
  label: string;
  /** What the hub's model says of the wafer. */
  predicted: string;
  probability: number;
  /** Log-odds that the failing dies together give the label; below 0 they speak against it. */
  evidence: number;
  shownFrom: number;
  shownDies: number;
  /** Part of the evidence that goes with the shown dies. */
  share: number | null;
  height: number;
  width: number;
  /** -100 to 100, row by row; above 0 a failing die speaks for the label. */
  values: number[];
}

/** A hard bin that dies of a wafer are in. */
export interface Bin {
  number: number;
  /** How the file writes it, where that is not its number. */
  code?: string;
  quality?: 'pass' | 'fail';
  name?: string;
  dies: number;
}

/** The file a wafer comes from, and how it lay there. */
export interface WaferSource {
  file?: string;
  format?: string;
  notch?: Side;
  grid?: { fromBack: boolean };
  diePitchXMicrons?: number;
  diePitchYMicrons?: number;
  waferDiameterMillimetres?: number;
  warnings?: string[];
}

export interface WaferDetail extends Wafer {
  /** When the hub stored the prediction. */
  receivedAt: string;
  step: string | null;
  /** When, as the file writes it. */
  measured: string | null;
  source: WaferSource | null;
  dies: Record<'pass' | 'fail' | 'skipped' | 'edge' | 'reference' | 'retested', number> | null;
  bins: Bin[];
  /** Where to ask which bin each die is in. */
  binMapUrl: string | null;
  /** To be followed by `&as=` and a format. */
  exportUrl: string | null;
  more: Record<string, unknown>;
  groundTruths: GroundTruth[];
}

/** A bin's number a position, row by row; -1 where there is none. */
export interface BinMapMessage {
  height: number;
  width: number;
  bins: number[];
}

/** What became of an uploaded file. */
export interface Uploaded {
  items: (WaferKey & {
    lot: string;
    wafer: string;
    prediction: string;
    probability: number;
    /** Whether it is new. */
    stored: boolean;
    warnings: string[];
  })[];
  refused: { where: string; reason: string }[];
  passedOver: number;
}

/** Whose wafers a file's are, and what it does not say itself. */
export interface UploadTarget {
  fab: string;
  camera: string;
  passBins?: string;
  notch?: string;
}

export interface WaferMapMessage {
  height: number;
  width: number;
  cells: string;
  dies: number;
  failing: number;
  yieldRatio: number;
}

export interface Camera {
  fab?: string;
  camera: string;
  state: 'online' | 'offline' | 'unknown';
  lastSeenAt: string | null;
  model: string | null;
  version: string | null;
  spooled: number | null;
  spoolLimit: number | null;
  /** What is wrong with it now. */
  problems: string[];
}

export interface Fab {
  fab: string;
  cameras: Camera[];
}

export interface DefectRatePoint {
  start: number;
  startAt: string;
  wafers: number;
  defects: number;
  rate: number;
  predictions: Record<string, number>;
}

export interface DefectRate {
  bucket: Bucket;
  wafers: number;
  defects: number;
  rate: number | null;
  points: DefectRatePoint[];
}

export interface Alarm {
  id: number;
  kind: 'wafers' | 'device' | 'system';
  /** Null for kind system. */
  fab: string | null;
  camera: string | null;
  /** What one of kind system is about. */
  subject: string | null;
  /** The label; without wafers the kind of trouble. */
  prediction: string;
  state: AlarmState;
  wafers: number;
  firstSeenAt: string;
  lastSeenAt: string;
  /** Null without wafers, as are the next and lastUrl. */
  firstImgid: string | null;
  lastImgid: string | null;
  lastTimestamp: number;
  lastUrl: string | null;
  maxProbability: number;
  openedAt: string;
  /** Which rule opened it; null without wafers. */
  rule: number | null;
  stream: string | null;
  /** Why, in one sentence. */
  reason: string | null;
  acknowledgedBy: string | null;
  acknowledgedAt: string | null;
  suppressedBy: string | null;
  suppressedUntil: string | null;
  suppressReason: string | null;
  /** Null where it ended by itself. */
  closedBy: string | null;
  closedAt: string | null;
  cause: AlarmCause | null;
  comment: string | null;
}

/** An image whose prediction has not come. */
export interface Unclassified {
  imgid: string;
  timestamp: number;
  time: string;
  fab: string;
  camera: string;
  receivedAt: string;
  imageUrl: string;
  waferMapUrl: string;
}

export interface Refused {
  id: number;
  topic: string;
  fab: string | null;
  camera: string | null;
  reason: string;
  /** How often the very same message came. */
  times: number;
  firstReceivedAt: string;
  lastReceivedAt: string;
  payloadBytes: number;
  keptBytes: number;
  payloadUrl: string;
}

export interface RefusedDetail extends Refused {
  payloadStart: string;
}

export interface Account {
  user: string;
  role: Role;
  createdAt: string;
  /** An oidc account logs in elsewhere, and its role comes from its groups there. */
  way: 'password' | 'oidc';
}

/** What a program sends instead of a password. */
export interface Token {
  id: number;
  owner: string;
  name: string;
  scopes: Scope[];
  createdAt: string;
  expiresAt: string;
  lastUsedAt: string | null;
}

export interface MadeToken extends Token {
  token: string;
}

export interface AuditEntry {
  id: number;
  at: string;
  actor: string;
  action: string;
  object: string;
  detail: Record<string, unknown>;
  from: string | null;
  hash: string;
}

export interface AuditQuery {
  actor?: string;
  action?: string;
  object?: string;
}

export interface AuditVerdict {
  intact: boolean;
  first?: number;
  last?: number;
  broken?: number;
  why?: string;
}

export interface WaysToLogIn {
  password: boolean;
  oidc: { label: string; url: string } | null;
}

/** Who may connect to the hub's broker. */
export interface DeviceCredential {
  device: string;
  fab: string;
  /** Empty for every camera of the fab. */
  cameras: string[];
  credential: 'certificate' | 'password';
  state: 'waiting' | 'expired' | 'active' | 'revoked';
  createdBy: string;
  createdAt: string;
  certificateEndsAt: string | null;
  tokenEndsAt: string | null;
  lastSeenAt: string | null;
  lastAddress: string | null;
}

/** With what is told once. */
export interface NewDeviceCredential extends DeviceCredential {
  token?: string;
  password?: string;
}

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface WaferQuery {
  fab?: string | undefined;
  camera?: string | undefined;
  /** Milliseconds; both ends count in. */
  fromts?: number | undefined;
  tots?: number | undefined;
  prediction?: string | undefined;
  pattern?: string | undefined;
  decision?: Decision | undefined;
  lot?: string | undefined;
  product?: string | undefined;
  /** Of the prediction; both ends count in. */
  minprobability?: number | undefined;
  maxprobability?: number | undefined;
  state?: LabelState | undefined;
}

/** Which wafer: an imgid can come more than once, its time tells the deliveries apart. */
export interface WaferKey {
  fab: string;
  camera: string;
  imgid: string;
  timestamp: number;
}

export interface NewGroundTruth extends WaferKey {
  ground_truth: string;
  comment?: string;
  /** Given in the review; undo takes the last one back. */
  review?: 'label' | 'undo';
}

/** How long an answer may take before the hub counts as unreachable. */
const TIMEOUT_MILLIS = 30_000;

/** The same for a file, which is read and classified before it is answered. */
const UPLOAD_TIMEOUT_MILLIS = 10 * 60_000;

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

/** Asks the hub; for this file and its neighbours `api-….ts`. */
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

async function send<T>(
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
    return (answer.status === 204 ? undefined : await answer.json()) as T;
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

export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return call<T>('GET', path, undefined, signal);
}

export function waferPath(key: WaferKey, part = ''): string {
  const names = [key.fab, key.camera, key.imgid].map(encodeURIComponent).join('/');
  return `/api/v1/images/${names}${part}?timestamp=${key.timestamp}`;
}

/** The address of all that is known of a wafer, on one page or as JSON. */
export function evidenceUrl(key: WaferKey, as: 'pdf' | 'json'): string {
  return `${waferPath(key, '/evidence')}&as=${as}`;
}

/** The address of the audit as a file. */
export function auditExport(query: AuditQuery, format: 'csv' | 'jsonl'): string {
  return `/api/v1/audit/export${queryString({ ...query, format })}`;
}

export const api = {
  login: (user: string, password: string) =>
    call<Session>('POST', '/api/v1/session', { user, password }),
  me: () => get<Session>('/api/v1/session'),
  ways: () => get<WaysToLogIn>('/api/v1/session/ways'),
  /** Answers where the OpenID provider ends its session, if it began this one. */
  logout: () => call<{ providerLogout: string } | undefined>('POST', '/api/v1/session/logout'),
  changePassword: (currentPassword: string, newPassword: string) =>
    call<void>('POST', '/api/v1/session/password', { currentPassword, newPassword }),

  devices: () => get<{ fabs: Fab[] }>('/api/v1/devices'),

  wafers: (query: WaferQuery, limit: number, cursor: string | null, signal?: AbortSignal) =>
    get<Page<Wafer>>(
      `/api/v1/images${queryString({ ...query, limit, cursor: cursor ?? undefined })}`,
      signal,
    ),
  wafer: (key: WaferKey, signal?: AbortSignal) => get<WaferDetail>(waferPath(key), signal),
  waferMap: (url: string, signal?: AbortSignal) => get<WaferMapMessage>(url, signal),
  explanation: (key: WaferKey, label: string | undefined, signal?: AbortSignal) =>
    get<Explanation>(
      waferPath(key, '/explanation') +
        (label === undefined ? '' : `&label=${encodeURIComponent(label)}`),
      signal,
    ),
  binMap: (url: string, signal?: AbortSignal) => get<BinMapMessage>(url, signal),
  upload: (file: File, target: UploadTarget) =>
    send<Uploaded>(
      'POST',
      `/api/v1/wafers${queryString({ ...target, name: file.name })}`,
      { 'Content-Type': 'application/octet-stream' },
      file,
      UPLOAD_TIMEOUT_MILLIS,
    ),
  label: (label: NewGroundTruth) => call<GroundTruth>('POST', '/api/v1/groundtruth', label),

  defectRate: (query: WaferQuery, bucket: Bucket, signal?: AbortSignal) =>
    get<DefectRate>(`/api/v1/statistics/defect-rate${queryString({ ...query, bucket })}`, signal),

  alarms: (state: AlarmState, limit: number, cursor: string | null) =>
    get<Page<Alarm>>(
      `/api/v1/alarms${queryString({ kind: 'all', state, limit, cursor: cursor ?? undefined })}`,
    ),
  acknowledge: (id: number) => call<Alarm>('POST', `/api/v1/alarms/${id}/acknowledge`),
  resolve: (id: number, cause: AlarmCause, comment: string) =>
    call<Alarm>(
      'POST',
      `/api/v1/alarms/${id}/resolve`,
      comment ? { cause, comment } : { cause },
    ),
  alarmWafers: (id: number, limit: number, signal?: AbortSignal) =>
    get<Page<Wafer>>(`/api/v1/alarms/${id}/wafers${queryString({ limit })}`, signal),

  unclassified: (limit: number) =>
    get<Page<Unclassified>>(`/api/v1/unclassified${queryString({ limit })}`),
  quarantine: (limit: number, cursor: string | null) =>
    get<Page<Refused>>(`/api/v1/quarantine${queryString({ limit, cursor: cursor ?? undefined })}`),
  refused: (id: number) => get<RefusedDetail>(`/api/v1/quarantine/${id}`),

  tokens: () => get<{ items: Token[] }>('/api/v1/tokens'),
  addToken: (name: string, scopes: Scope[], days: number) =>
    call<MadeToken>('POST', '/api/v1/tokens', { name, scopes, days }),
  revokeToken: (id: number) => call<void>('DELETE', `/api/v1/tokens/${id}`),

  audit: (query: AuditQuery, limit: number, cursor: string | null) =>
    get<Page<AuditEntry>>(
      `/api/v1/audit${queryString({ ...query, limit, cursor: cursor ?? undefined })}`,
    ),
  verifyAudit: () => get<AuditVerdict>('/api/v1/audit/verification'),

  accounts: () => get<{ items: Account[] }>('/api/v1/accounts'),
  addAccount: (user: string, password: string, role: Role) =>
    call<Account>('POST', '/api/v1/accounts', { user, password, role }),
  changeAccount: (user: string, change: { role?: Role; password?: string }) =>
    call<Account>('PATCH', `/api/v1/accounts/${encodeURIComponent(user)}`, change),
  removeAccount: (user: string) =>
    call<void>('DELETE', `/api/v1/accounts/${encodeURIComponent(user)}`),
  deviceCredentials: () => get<{ items: DeviceCredential[] }>('/api/v1/devices/credentials'),
  addDevice: (
    device: string,
    fab: string,
    cameras: string[],
    credential: DeviceCredential['credential'],
  ) =>
    call<NewDeviceCredential>('POST', '/api/v1/devices/credentials', {
      device,
      fab,
      cameras,
      credential,
    }),
  rotateDevice: (device: string) =>
    call<NewDeviceCredential>(
      'POST',
      `/api/v1/devices/credentials/${encodeURIComponent(device)}/rotation`,
      {},
    ),
  revokeDevice: (device: string) =>
    call<DeviceCredential>(
      'POST',
      `/api/v1/devices/credentials/${encodeURIComponent(device)}/revocation`,
    ),
};
