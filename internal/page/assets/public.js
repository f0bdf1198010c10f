import { exit } from "./exit.js";
import { counts, errors, once } from "./form.js";
import { pages } from "./pages.js";

exit();
errors();
counts();
if (!pages()) once();
