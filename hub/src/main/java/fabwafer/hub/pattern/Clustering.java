package fabwafer.hub.pattern;

import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.similarity.Direction;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.MutableDataset;
import org.tribuo.clustering.ClusterID;
import org.tribuo.clustering.ClusteringFactory;
import org.tribuo.clustering.hdbscan.HdbscanTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.distance.L2Distance;
import org.tribuo.math.neighbour.NeighboursQueryFactoryType;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * Finds wafers that look alike among those that fit no pattern, by HDBSCAN*: R. Campello, D.
 * Moulavi, J. Sander, "Density-Based Clustering Based on Hierarchical Density Estimates", PAKDD
 * 2013, doi 10.1007/978-3-642-37456-2_14. Of vectors of length 1 the Euclidean distance orders as
 * the cosine does. The same wafers give the same clusters.
 */
final class Clustering {
  /** Fewer alike wafers are no cluster. */
  static final int LEAST_WAFERS = 5;

  /** The label of wafers in no cluster. */
  private static final int NOISE = 0;

  /** How far the marks at the origin are from each other: hardly, but not at all the same. */
  private static final double MARK_STEP = 1e-3;

  // Held, or its level would be forgotten with it.
  private static final Logger CHATTER = Logger.getLogger(HdbscanTrainer.class.getName());

  private Clustering() {}

  /**
   * A cluster.
   *
   * @param wafers those nearest its middle first
   * @param prototype what it would be matched by
   */
  record Cluster(List<Cursor> wafers, Prototype prototype) {
    Cluster {
      wafers = List.copyOf(wafers);
    }
  }

  /** The clusters among some wafers, the largest first. */
  static List<Cluster> of(Map<Cursor, Direction> wafers) {
    if (wafers.size() < LEAST_WAFERS) {
      return List.of();
    }
    // In an order of their own, whatever order they come in.
    List<Map.Entry<Cursor, Direction>> sorted =
        wafers.entrySet().stream()
            .sorted(
                Comparator.comparingLong(
                        (Map.Entry<Cursor, Direction> wafer) -> wafer.getKey().timestampMillis())
                    .thenComparing(wafer -> wafer.getKey().imgid()))
            .toList();
    List<Integer> labels = labels(sorted.stream().map(Map.Entry::getValue).toList());
    Map<Integer, Map<Cursor, Direction>> byLabel = new TreeMap<>();
    for (int i = 0; i < sorted.size(); i++) {
      if (labels.get(i) != NOISE) {
        byLabel
            .computeIfAbsent(labels.get(i), label -> new LinkedHashMap<>())
            .put(sorted.get(i).getKey(), sorted.get(i).getValue());
      }
    }
    List<Cluster> clusters = new ArrayList<>();
    for (Map<Cursor, Direction> members : byLabel.values()) {
      Direction middle = Prototype.of(List.copyOf(members.values())).centre();
      // A wafer on the way from one group to the next is in one of them; it does not look alike.
      members.values().removeIf(member -> member.cosine(middle) < Prototype.LEAST_OF_ALL);
      if (members.size() >= LEAST_WAFERS) {
        clusters.add(cluster(members));
      }
    }
    clusters.sort(Comparator.comparingInt((Cluster cluster) -> -cluster.wafers.size()));
    return List.copyOf(clusters);
  }

  private static Cluster cluster(Map<Cursor, Direction> members) {
    Prototype prototype = Prototype.of(List.copyOf(members.values()));
    List<Cursor> nearestFirst =
        members.entrySet().stream()
            .sorted(
                Comparator.comparingDouble(
                    (Map.Entry<Cursor, Direction> member) ->
                        -member.getValue().cosine(prototype.centre())))
            .map(Map.Entry::getKey)
            .toList();
    return new Cluster(nearestFirst, prototype);
  }

  private static List<Integer> labels(List<Direction> directions) {
    CHATTER.setLevel(Level.WARNING);
    ClusteringFactory factory = new ClusteringFactory();
    MutableDataset<ClusterID> dataset =
        new MutableDataset<>(
            new SimpleDataSourceProvenance("wafers", OffsetDateTime.MIN, factory), factory);
    int length = directions.getFirst().length();
    String[] names = new String[length + 1];
    for (int i = 0; i < names.length; i++) {
      names[i] = "%05d".formatted(i);
    }
    for (Direction direction : directions) {
      float[] unit = direction.unit();
      double[] values = new double[names.length];
      for (int i = 0; i < length; i++) {
        values[i] = unit[i];
      }
      dataset.add(new ArrayExample<>(ClusteringFactory.UNASSIGNED_CLUSTER_ID, names, values));
    }
    // HDBSCAN* never takes all points for one cluster, and one new pattern alone would not be
    // found.
    // Marks at the origin, which is at distance 1 of every wafer, are a cluster beside it: wafers
    // with a cosine below 0.5 are nearer to the marks than to each other, and are noise.
    for (int mark = 1; mark <= LEAST_WAFERS + 1; mark++) {
      double[] values = new double[names.length];
      values[length] = MARK_STEP * mark;
      dataset.add(new ArrayExample<>(ClusteringFactory.UNASSIGNED_CLUSTER_ID, names, values));
    }
    List<Integer> labels =
        new HdbscanTrainer(
                LEAST_WAFERS,
                new L2Distance(),
                LEAST_WAFERS,
                1,
                NeighboursQueryFactoryType.BRUTE_FORCE)
            .train(dataset)
            .getClusterLabels();
    int ofMarks = labels.getLast();
    return labels.subList(0, directions.size()).stream()
        .map(label -> label == ofMarks ? NOISE : label)
        .toList();
  }
}
