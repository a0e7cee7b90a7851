// The page: asks who is there, then shows the log-in or the views.

import { Login } from './views/login.tsx';
import { Shell } from './shell.tsx';
import { Empty } from './parts/empty.tsx';
import { session, startSession } from './model/session.ts';
import { useStore } from './model/use-store.ts';

export function App() {
  const state = useStore(session);
  switch (state.kind) {
    case 'asking':
      return <div class='cover' aria-busy='true' />;
    case 'unreachable':
      return (
        <div class='cover'>
          <Empty title={state.reason} hint='Is the hub running? Its health is at /health.'>
            <button type='button' class='primary' onClick={() => void startSession()}>
              Try again
            </button>
          </Empty>
        </div>
      );
    case 'signed-out':
      return <Login note={state.note} />;
    case 'signed-in':
      return <Shell session={state.session} />;
  }
}
