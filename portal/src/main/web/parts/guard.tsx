import { Component, type ComponentChildren } from 'preact';
import { Empty } from './empty.tsx';

/** Keeps a mistake in one view from taking the whole page; another view or a reload helps. */
export class Guard extends Component<{ children: ComponentChildren }, { failure: string | null }> {
  override state = { failure: null };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ failure: error instanceof Error ? error.message : String(error) });
  }

  override render() {
    const { failure } = this.state;
    return failure === null
      ? this.props.children
      : (
        <Empty title='This view cannot be shown' hint={failure}>
          <button type='button' class='primary' onClick={() => location.reload()}>
            Load the page again
          </button>
        </Empty>
      );
  }
}
