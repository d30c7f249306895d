/* Offers the device's position for finding one's part of the map. It is rounded here, to two decimals (about a
 * kilometre), before anything is sent. Without scripts one searches by name. */
"use strict";
{
  const place = document.querySelector("[data-position]");
  const button = place?.querySelector("button");
  if (button && navigator.geolocation) {
    place.hidden = false;
    button.addEventListener("click", () => {
      button.disabled = true;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => location.assign(`?at=${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}#map`),
        () => { place.querySelector("[role=status]").textContent = button.dataset.failed; button.disabled = false; },
        { enableHighAccuracy: false, maximumAge: 600000, timeout: 15000 },
      );
    });
  }
}
