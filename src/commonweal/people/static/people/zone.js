/* Guesses the time zone for somebody who never chose one. Without scripts they choose it from the list. */
"use strict";
{
  const form = document.querySelector("form[data-guess-zone=yes]");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const list = form?.elements.time_zone;
  if (list?.value === "UTC" && [...list.options].some((option) => option.value === zone)) list.value = zone;
}
