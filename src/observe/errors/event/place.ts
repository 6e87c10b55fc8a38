/** Whose code a frame is of, as far as its place says. */
export type Place = {
  /** Of the error SDK or of the runtime: it says nothing about the bug. */
  foreign: boolean;
  /** Written by others, or part of the system. */
  library: boolean;
};
/** Where a frame says that it is; `binary` is the program or library of a native one. */
export type Named = {
  file: string;
  path?: string | undefined;
  module?: string | undefined;
  binary?: string | undefined;
};

const placesKnownMax = 10_000;

// Whoever tries Sentry's Java SDK does so with the program `io.sentry.samples`.
const sdk =
  /[/\\]@sentry(-internal)?[/\\.]|^@sentry[./]|sentry_sdk([/\\.]|$)|[/\\]sentry-(ruby|php|cocoa|go)[/\\@-]|[/\\]vendor[/\\]sentry[/\\]sentry[/\\]|^package:sentry(_\w+)?[/\\]|io\.sentry\.(?!(?:\w+\.)?(?:examples?|samples?|demos?)\b)/i;
const runtime =
  /^(node|bun|internal|native|<anonymous>|<frozen)[:.]|^(node:|internal[/\\]|bun:|native:|<frozen |<native)|[/\\]usr[/\\](local[/\\])?lib[/\\](?:lib)?python[\d.]*[/\\](?!site-packages|dist-packages)|[/\\]lib[/\\]python[\d.]+[/\\](?!site-packages|dist-packages)|^(chrome|moz|safari|safari-web|ms-browser)-extension:|^webkit-masked-url:/i;
const library =
  /[/\\](node_modules|bower_components|site-packages|dist-packages|vendor[/\\]bundle|gems|\.pub-cache|pkg[/\\]mod)[/\\]|[/\\]lib[/\\]ruby[/\\]\d|[/\\]go[/\\]src[/\\](?:runtime|net|os|sync|testing)[/\\]|^(webpack|vite)[:/].*(bootstrap|runtime)|[/\\]\.(cargo|rustup)[/\\]|^dart:|^package:flutter\//i;
/** What Python's own modules are called when only the name was sent. */
const pythonOwn =
  /^(threading|asyncio|concurrent|unittest|runpy|importlib|multiprocessing|socketserver|http|queue|contextlib|functools)(\.|$)/;
/** By platform, what modules of the system and of what everybody builds on are called: those SDKs mark only what somebody named. */
const modules: Readonly<Record<string, RegExp>> = {
  java: /^(?:javax?|jdk|sun|com\.sun|kotlinx?|scala|groovy|clojure|android|androidx|com\.android|com\.google\.android|dalvik|libcore|akka|reactor|io\.(?:netty|reactivex|micrometer|vertx|quarkus|undertow)|rx|okhttp3|retrofit2|feign|com\.(?:fasterxml|zaxxer|mysql)|org\.(?:springframework|apache|hibernate|eclipse|jboss|glassfish|postgresql|junit|thymeleaf|aspectj|mockito|slf4j))\./,
  csharp: /^(?:System|Microsoft|UnityEngine|UnityEditor)\b/,
};
/** Where systems keep their own binaries, and what they are called where only the name was sent. */
const systemFolder =
  /^\/(?:usr\/lib\w*|lib(?:64|32|x32)?|System|system(?:_ext)?|apex|vendor|odm|product)\/|^[a-z]:[/\\]windows[/\\]/i;
const systemBinary =
  /^(?:dyld(?:_sim)?|linux-(?:gate|vdso)[\w.]*|lib(?:system|objc|dispatch|dyld|swift|xpc|c\+\+|pthread|gcc_s|stdc\+\+|art|binder|utils|hwui)[\w+.-]*|libc\.so[\d.]*|(?:UIKit(?:Core)?|AppKit|SwiftUI|Foundation|CoreFoundation|Core(?:Data|Graphics|Animation|Audio|Image|Location|Media|Text|Video|Services)|GraphicsServices|QuartzCore|CFNetwork|WebKit|JavaScriptCore|AttributeGraph|HIToolbox|IOKit)|(?:ntdll|kernel32|kernelbase|user32|win32u|ucrtbased?|combase|vcruntime\w*|msvcp\w*)(?:\.dll)?)$/i;

/** Every event of a program names the same files. */
const places = new Map<string, Place>();

export function placeOf(named: Named, platform: string): Place {
  const { file, path, module, binary } = named;
  const key = `${platform}\n${file}\n${path}\n${module}\n${binary}`;
  let place = places.get(key);
  if (!place) {
    if (places.size >= placesKnownMax) places.clear();
    place = { foreign: isForeign(named, platform), library: isLibrary(named, platform) };
    places.set(key, place);
  }
  return place;
}

function isLibrary({ file, path, module, binary }: Named, platform: string): boolean {
  if ([file, path].some((each) => each !== undefined && library.test(each))) return true;
  if (module !== undefined && modules[platform]?.test(module)) return true;
  if (platform === "php" && /^[/\\]?vendor[/\\]|[/\\]vendor[/\\]/.test(file)) return true;
  return binary !== undefined && (systemFolder.test(binary) || systemBinary.test(binary));
}

function isForeign({ file, path, module }: Named, platform: string): boolean {
  const named = [file, path, module].filter((each) => each !== undefined);
  if (named.some((each) => sdk.test(each))) return true;
  if (platform === "python" && module !== undefined && pythonOwn.test(module))
    return path === undefined || path === file || runtime.test(path) || /lib[/\\]python/.test(path);
  return [file, path].some((each) => each !== undefined && runtime.test(each));
}
