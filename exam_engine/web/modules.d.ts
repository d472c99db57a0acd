/** What the build makes of the catalogues in exam_engine/locale/. */
declare module "messages:vi" {
  const texts: Record<string, string>;
  export default texts;
}

declare module "messages:vi/parts" {
  const texts: Record<string, string>;
  export default texts;
}

declare module "htmx-ext-sse";
