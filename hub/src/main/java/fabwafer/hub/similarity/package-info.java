/**
 * Which past wafers look like one: the embedding of each, by the model that the hub serves, and the
 * search among them. The doors are {@link fabwafer.hub.similarity.SimilarWafers}, {@link
 * fabwafer.hub.similarity.Embeddings} and the routes; safe on any thread.
 */
@NullMarked
package fabwafer.hub.similarity;

import org.jspecify.annotations.NullMarked;
