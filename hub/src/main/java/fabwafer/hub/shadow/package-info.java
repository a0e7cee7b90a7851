/**
 * The model in test answers every stored wafer in shadow: nobody is told its answers, they are held
 * against what was published and against reviews. {@link ShadowFollower} runs on the thread of the
 * followers, behind ingest; {@link Shadow} tells the figures on any thread, also to the pipeline
 * and the command line.
 */
@NullMarked
package fabwafer.hub.shadow;

import org.jspecify.annotations.NullMarked;
