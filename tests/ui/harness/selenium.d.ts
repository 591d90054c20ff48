// What the tests use of selenium-webdriver, which brings no types.
declare module 'selenium-webdriver' {
  export class Capabilities {
    setBrowserName(name: string): this
    set(key: string, value: unknown): this
  }
  export class WebElement {
    click(): Promise<void>
    clear(): Promise<void>
    sendKeys(...keys: string[]): Promise<void>
    getText(): Promise<string>
  }
  export interface Actions {
    sendKeys(...keys: string[]): Actions
    move(place: { origin: WebElement; x: number; y: number; duration?: number }): Actions
    press(): Actions
    release(): Actions
    perform(): Promise<void>
  }
  export class WebDriver {
    executeScript<T>(script: string, ...words: unknown[]): Promise<T>
    executeAsyncScript<T>(script: string, ...words: unknown[]): Promise<T>
    switchTo(): { activeElement(): WebElement }
    actions(options: { async: boolean }): Actions
    navigate(): { refresh(): Promise<void> }
    manage(): {
      setTimeouts(limits: { script?: number }): Promise<void>
      window(): { setRect(rect: { x?: number; y?: number; width: number; height: number }): Promise<unknown> }
    }
    quit(): Promise<void>
  }
  export class Builder {
    withCapabilities(capabilities: Capabilities): this
    usingServer(url: string): this
    build(): Promise<WebDriver>
  }
  export const Key: Record<
    | 'ENTER'
    | 'ESCAPE'
    | 'TAB'
    | 'SHIFT'
    | 'ARROW_DOWN'
    | 'ARROW_UP'
    | 'ARROW_LEFT'
    | 'ARROW_RIGHT'
    | 'F1'
    | 'SPACE'
    | 'HOME'
    | 'CONTROL'
    | 'BACK_SPACE',
    string
  > & { chord(...keys: string[]): string }
}
