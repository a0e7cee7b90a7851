package fabwafer.agent;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings a bell when the operating system reports a new or changed file in a folder. It only
 * shortens the wait: a folder that reports nothing, such as a network share's, is polled anyway.
 */
final class FolderEvents implements AutoCloseable {
  /** A folder that is missing is looked for so often. */
  private static final Duration RETRY = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(FolderEvents.class);

  private final Path folder;
  private final Bell bell;
  private final WatchService service;
  private final Thread thread;

  private FolderEvents(Path folder, Bell bell, WatchService service, String camera) {
    this.folder = folder;
    this.bell = bell;
    this.service = service;
    this.thread = Thread.ofPlatform().daemon().name("events-" + camera).unstarted(this::run);
  }

  /**
   * Starts to listen.
   *
   * @param folder may be missing for now
   * @throws IOException if the operating system gives no more watches
   */
  static FolderEvents open(Path folder, Bell bell, String camera) throws IOException {
    FolderEvents events =
        new FolderEvents(folder, bell, folder.getFileSystem().newWatchService(), camera);
    events.thread.start();
    return events;
  }

  private void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        if (register()) {
          bell.ring();
          listen();
        } else {
          Thread.sleep(RETRY);
        }
      }
    } catch (InterruptedException | ClosedWatchServiceException e) {
      LOG.debug("no more events of {}", folder);
    }
  }

  private boolean register() {
    try {
      folder.register(
          service, StandardWatchEventKinds.ENTRY_CREATE, StandardWatchEventKinds.ENTRY_MODIFY);
      return true;
    } catch (IOException e) {
      LOG.debug("no events of {} for now: {}", folder, AgentException.told(e));
      return false;
    }
  }

  /** Returns when the folder itself is gone. */
  private void listen() throws InterruptedException {
    WatchKey key;
    do {
      key = service.take();
      key.pollEvents();
      bell.ring();
    } while (key.reset());
  }

  @Override
  public void close() throws IOException {
    thread.interrupt();
    service.close();
  }
}
