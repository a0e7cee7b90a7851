// What surrounds every view: navigation, connection, unsent labels, theme, help, account.

import { useEffect, useState } from 'preact/hooks';
import type { Session } from './model/api-session.ts';
import { alarms, followAlarms } from './model/alarm-list.ts';
import { followDevices } from './model/devices.ts';
import { useKeys } from './model/keys.ts';
import { href, navigate, route, type View } from './model/route.ts';
import { useStore } from './model/use-store.ts';
import { AccountMenu } from './parts/account-menu.tsx';
import { Connection } from './parts/connection.tsx';
import { Guard } from './parts/guard.tsx';
import { Help } from './parts/help.tsx';
import { Logo } from './parts/logo.tsx';
import { ThemeSwitch } from './parts/theme-switch.tsx';
import { UnsentLabels } from './parts/unsent-labels.tsx';
import { AlarmsView } from './views/alarms.tsx';
import { AnalyticsView } from './views/analytics.tsx';
import { AuditView } from './views/audit.tsx';
import { DevicesView } from './views/devices.tsx';
import { LiveView } from './views/live.tsx';
import { ModelsView } from './views/models.tsx';
import { PatternsView } from './views/patterns.tsx';
import { PeopleView } from './views/people.tsx';
import { QuarantineView } from './views/quarantine.tsx';
import { ReviewView } from './views/review.tsx';
import { TokensView } from './views/tokens.tsx';
import { TrendView } from './views/trend.tsx';
import { UploadView } from './views/upload.tsx';
import { WafersView } from './views/wafers.tsx';

const VIEW_NAMES: Record<View, string> = {
  live: 'Live',
  wafers: 'Wafers',
  review: 'Review',
  patterns: 'New patterns',
  trend: 'Trend',
  analytics: 'Analytics',
  models: 'Models',
  alarms: 'Alarms',
  quarantine: 'Quarantine',
  devices: 'Devices',
  upload: 'Upload',
  tokens: 'Tokens',
  people: 'People',
  audit: 'Audit',
};

/** The views that an admin alone has. */
const ADMINS: View[] = ['people', 'audit'];

/** The views of those who may label. */
const REVIEWERS: View[] = ['review', 'upload'];

export function Shell({ session }: { session: Session }) {
  const { view } = useStore(route);
  const [help, setHelp] = useState(false);
  useEffect(followAlarms, []);
  useEffect(followDevices, []);
  useKeys({
    '?': () => setHelp(true),
    L: () => navigate('live'),
    W: () => navigate('wafers'),
    R: () => navigate('review'),
    N: () => navigate('patterns'),
    T: () => navigate('trend'),
    Y: () => navigate('analytics'),
    M: () => navigate('models'),
    A: () => navigate('alarms'),
    Q: () => navigate('quarantine'),
    D: () => navigate('devices'),
  });
  const views = (Object.keys(VIEW_NAMES) as View[]).filter(
    (name) =>
      (!ADMINS.includes(name) || session.role === 'admin') &&
      (!REVIEWERS.includes(name) || session.role !== 'viewer'),
  );
  return (
    <div class='shell'>
      <header class='bar'>
        <a class='brand' href={href('wafers')} aria-label='Fabwafer, to the wafers'>
          <Logo />
          <span>Fabwafer</span>
        </a>
        <nav class='tabs' aria-label='Views'>
          {views.map((name) => (
            <a key={name} href={href(name)} aria-current={name === view ? 'page' : undefined}>
              {VIEW_NAMES[name]}
              {name === 'alarms' && <AlarmBadge />}
            </a>
          ))}
        </nav>
        <UnsentLabels />
        <Connection />
        <ThemeSwitch />
        <button
          type='button'
          class='icon'
          title='Keys and help (?)'
          aria-label='Keys and help'
          onClick={() => setHelp(true)}
        >
          ?
        </button>
        <AccountMenu session={session} />
      </header>
      <main class={`view view-${view}`}>
        <Guard key={view}>{viewOf(view)}</Guard>
      </main>
      {help && <Help close={() => setHelp(false)} />}
    </div>
  );
}

function viewOf(view: View) {
  switch (view) {
    case 'live':
      return <LiveView />;
    case 'wafers':
      return <WafersView />;
    case 'review':
      return <ReviewView />;
    case 'patterns':
      return <PatternsView />;
    case 'trend':
      return <TrendView />;
    case 'analytics':
      return <AnalyticsView />;
    case 'models':
      return <ModelsView />;
    case 'alarms':
      return <AlarmsView />;
    case 'quarantine':
      return <QuarantineView />;
    case 'devices':
      return <DevicesView />;
    case 'upload':
      return <UploadView />;
    case 'people':
      return <PeopleView />;
    case 'tokens':
      return <TokensView />;
    case 'audit':
      return <AuditView />;
  }
}

function AlarmBadge() {
  const { open } = useStore(alarms).by;
  const count = open.alarms.length;
  return count === 0 ? null : (
    <span class='badge' role='img' aria-label={`${count} open`}>
      {count}
      {open.next !== null && '+'}
    </span>
  );
}
