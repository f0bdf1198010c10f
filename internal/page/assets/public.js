import { exit } from "./exit.js";
import { counts, errors, once } from "./form.js";
import { pages } from "./pages.js";
import { work } from "./work.js";

exit();
errors();
counts();
work();
if (!pages()) once();
