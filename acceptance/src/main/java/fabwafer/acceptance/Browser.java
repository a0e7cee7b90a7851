package fabwafer.acceptance;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.TimeoutException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Debian's Chromium without a window, as one person's browser; needs chromium and its driver. */
public final class Browser implements AutoCloseable {
  private static final File CHROMIUM = new File("/usr/bin/chromium");
  private static final File DRIVER = new File("/usr/bin/chromedriver");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Sets the address, then looks at each frame. */
  private static final String ANSWER =
      """
      const [hash, view, done] = arguments;
      const began = performance.now();
      let quietSince = 0;
      const look = () => {
        const main = document.querySelector('main.view-' + view);
        const quiet = main && !main.querySelector('[aria-busy=true]') && main.children.length > 0;
        const now = performance.now();
        quietSince = quiet ? quietSince || now : 0;
        if (quiet && now - quietSince > 120) {
          done(quietSince - began);
        } else {
          requestAnimationFrame(look);
        }
      };
      location.hash = hash;
      requestAnimationFrame(() => requestAnimationFrame(look));
      """;

  private final ChromeDriver driver;
  private final String address;

  private Browser(ChromeDriver driver, String address) {
    this.driver = driver;
    this.address = address;
  }

  /** Opens the portal of a hub. */
  public static Browser open(String address) {
    for (File program : List.of(CHROMIUM, DRIVER)) {
      if (!program.canExecute()) {
        throw new IllegalStateException(
            "%s is missing: install Debian's packages chromium and chromium-driver"
                .formatted(program));
      }
    }
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM);
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1440,900");
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build();
    Browser browser = new Browser(new ChromeDriver(service, options), address);
    browser.driver.get(address + "/");
    return browser;
  }

  public void logIn(String user, String password) {
    type("input[name=user]", user);
    type("input[name=password]", password);
    find("button[type=submit]").click();
  }

  /** Shows a view, such as {@code #/alarms}. */
  public void show(String hash) {
    driver.get(address + "/" + hash);
  }

  /** Presses one key, wherever the focus is. */
  public void press(CharSequence key) {
    driver.switchTo().activeElement().sendKeys(key);
  }

  /** Points at the middle of an element. */
  public void hover(String selector) {
    new Actions(driver).moveToElement(find(selector)).perform();
  }

  /** Points at a place of an element, in pixels from its middle. */
  public void hover(String selector, int right, int down) {
    new Actions(driver).moveToElement(find(selector), right, down).perform();
  }

  /** Replaces what an input holds. */
  public void type(String selector, String text) {
    WebElement input = find(selector);
    input.sendKeys(Keys.chord(Keys.CONTROL, "a"), text);
  }

  /** The first element that fits, as soon as there is one. */
  public WebElement find(String selector) {
    return waiting("no element " + selector)
        .until(browser -> browser.findElement(By.cssSelector(selector)));
  }

  /** The button with a text in the first element that fits, as soon as there is one. */
  public WebElement button(String selector, String text) {
    return waiting("no button " + text + " in " + selector)
        .until(browser -> browser.findElement(By.cssSelector(selector)).findElement(button(text)));
  }

  /** Clicks on the first element that fits, as soon as it is there and nothing covers it. */
  public void click(String selector) {
    waiting("nothing to click at " + selector)
        .until(
            browser -> {
              browser.findElement(By.cssSelector(selector)).click();
              return true;
            });
  }

  /** Clicks on a button, wherever it moves to while the page changes. */
  public void clickButton(String selector, String text) {
    waiting("no button " + text + " to click in " + selector)
        .until(
            browser -> {
              browser.findElement(By.cssSelector(selector)).findElement(button(text)).click();
              return true;
            });
  }

  /** Points at a place of an element until the page answers with an element that has a text. */
  public String hoverFor(String selector, int right, int down, String answer) {
    return waiting("nothing at " + answer + " for a pointer over " + selector)
        .until(
            browser -> {
              // A page that was laid out anew under a pointer at rest hears of it only as it moves.
              hover(selector, right + 1, down);
              hover(selector, right, down);
              String text = browser.findElement(By.cssSelector(answer)).getText();
              if (text.isBlank()) {
                throw new NoSuchElementException(answer + " says nothing yet");
              }
              return text;
            });
  }

  public int count(String selector) {
    return driver.findElements(By.cssSelector(selector)).size();
  }

  /** Waits until an element holds a text; answers all it holds. */
  public String awaitText(String selector, String part) {
    waiting("no text '" + part + "' in " + selector)
        .until(browser -> browser.findElement(By.cssSelector(selector)).getText().contains(part));
    return find(selector).getText();
  }

  /** Everything the page holds now. */
  public String text() {
    return find("body").getText();
  }

  /**
   * What the page's scripts and its content security policy complained about since the last call.
   * An answer other than 2xx is no such complaint: the browser notes each.
   */
  public List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(entry -> entry.getMessage())
        .filter(message -> !message.contains("Failed to load resource"))
        .toList();
  }

  /** Gives the page a size, in pixels, whatever the window's is. */
  public void size(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** Makes the reader's system a dark or a light one. */
  public void dark(boolean dark) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  /** What the page looks like now, as a PNG picture. */
  public byte[] picture() {
    return driver.getScreenshotAs(OutputType.BYTES);
  }

  /** Runs a script in the page; what it returns, {@code ""} where that is nothing. */
  public Object run(String script, Object... arguments) {
    return Objects.requireNonNullElse(driver.executeScript(script, arguments), "");
  }

  /** Runs a script that ends by calling its last argument; what it gave to it. */
  public Object runLong(String script, Object... arguments) {
    driver.manage().timeouts().scriptTimeout(PATIENCE);
    return Objects.requireNonNullElse(driver.executeAsyncScript(script, arguments), "");
  }

  /** Shows a view; milliseconds until nothing in it loads any more, images excepted. */
  public double answerMillis(String hash) {
    String view = hash.replaceFirst("#/", "").replaceFirst("\\?.*", "");
    return ((Number) runLong(ANSWER, hash, view)).doubleValue();
  }

  /** Where files go that the page hands over. */
  public void downloadsTo(Path folder) {
    driver.executeCdpCommand(
        "Browser.setDownloadBehavior",
        Map.of("behavior", "allow", "downloadPath", folder.toAbsolutePath().toString()));
  }

  /** Waits until the page says that nothing loads any more; false where it goes on for long. */
  public boolean settle(Duration patience) {
    try {
      WebDriverWait wait = new WebDriverWait(driver, patience, Duration.ofMillis(100));
      wait.until(
          browser ->
              count("[aria-busy=true]") == 0
                  && count(".thumb.waiting") == 0
                  && count("main.view") == 1);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  @Override
  public void close() {
    driver.quit();
  }

  private static By button(String text) {
    return By.xpath(".//button[normalize-space()='" + text + "']");
  }

  private WebDriverWait waiting(String what) {
    WebDriverWait wait = new WebDriverWait(driver, PATIENCE, Duration.ofMillis(50));
    wait.withMessage(
        () ->
            "%s at %s; the page holds:%n%s"
                .formatted(
                    what,
                    driver.getCurrentUrl(),
                    run("return document.body ? document.body.innerText : ''")));
    wait.ignoreAll(
        List.of(
            NoSuchElementException.class,
            StaleElementReferenceException.class,
            ElementNotInteractableException.class));
    return wait;
  }
}
