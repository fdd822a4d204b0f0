// Sends the one form of the page at once; without JavaScript the person presses its button.

document.querySelector("form[data-send]")?.requestSubmit();
