import { render } from 'preact';
import { App } from './app.tsx';
import { startKeys } from './model/keys.ts';
import { startRouting } from './model/route.ts';
import { startSession } from './model/session.ts';

startRouting();
startKeys();
void startSession();
render(<App />, document.getElementById('app')!);
