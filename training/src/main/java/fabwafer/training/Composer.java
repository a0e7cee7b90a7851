package fabwafer.training;

import fabwafer.training.Composition.Layer;
import fabwafer.training.Composition.Place;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.Turn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Chooses what is put together. Patterns that shut each other out never meet: a centre is either
 * full or a ring, the edge fails in part or all round; and where nearly all or random dies fail, no
 * other pattern can be seen.
 */
final class Composer {
  private static final List<List<DefectPattern>> MIXING =
      List.of(
          List.of(DefectPattern.CENTER, DefectPattern.DONUT),
          List.of(DefectPattern.EDGE_LOC, DefectPattern.EDGE_RING),
          List.of(DefectPattern.LOC),
          List.of(DefectPattern.SCRATCH));
  private static final List<DefectPattern> ALONE =
      List.of(DefectPattern.NEAR_FULL, DefectPattern.RANDOM);

  /** How often 0, 1, 2, 3 and 4 patterns are put together. */
  private static final double[] SHARES = {0.06, 0.26, 0.30, 0.26, 0.12};

  /** How often one pattern on another grid is one of those that stand alone. */
  private static final double ALONE_SHARE = 0.25;

  private static final List<Turn> TURNS = List.of(Turn.values());

  /** How often an Edge-Loc is a piece of an Edge-Ring: an arc along the edge. */
  private static final double ARC_SHARE = 0.6;

  private static final double LEAST_ARC = Math.PI / 6;
  private static final double MOST_ARC = 1.6 * Math.PI;

  /** How often an arc, or a whole ring, is thin, and how thin, as share of the radius. */
  private static final double THIN_SHARE = 0.5;

  private static final double LEAST_DEPTH = 0.05;
  private static final double MOST_DEPTH = 0.2;

  /** How often a Center or Donut is cut from a Near-full wafer, as share of the wafer's sides. */
  private static final double RING_SHARE = 0.5;

  private static final double MOST_OFF_CENTRE = 0.1;
  private static final double LEAST_RADIUS = 0.06;
  private static final double MOST_RADIUS = 0.2;
  private static final double LEAST_BAND = 0.06;
  private static final double MOST_BAND = 0.18;

  /** How far a Loc or a Scratch is moved, and how it is scaled. */
  private static final double MOST_SHIFT = 0.2;

  private static final double LEAST_SCALE = 0.7;
  private static final double MOST_SCALE = 1.2;

  /** Most dies that fail without a pattern: real wafers labelled none have 16 % in the median. */
  private static final double MOST_NOISE = 0.25;

  private static final double ROUND_GRID_SHARE = 0.6;
  private static final int LEAST_SIDE = 32;
  private static final int MOST_SIDE = 64;

  private final Map<DefectPattern, int[]> wafers = new EnumMap<>(DefectPattern.class);

  /**
   * @param labels the training wafers' label ids; a wafer with several patterns is not used
   */
  Composer(int[] labels) {
    for (DefectPattern pattern : DefectPattern.values()) {
      int[] found =
          IntStream.range(0, labels.length).filter(i -> labels[i] == pattern.id()).toArray();
      if (found.length > 0) {
        wafers.put(pattern, found);
      }
    }
  }

  /** Whether there is anything to put together. */
  boolean canCompose() {
    return !wafers.isEmpty();
  }

  Composition next(Random random) {
    Set<DefectPattern> patterns = patterns(random);
    List<Layer> layers = new ArrayList<>();
    for (DefectPattern pattern : patterns) {
      layers.add(layer(pattern, random));
      if (pattern == DefectPattern.EDGE_RING) {
        // Many a ring labelled so is open at one side; with its own half turn it closes, so that
        // it cannot be taken for an arc.
        layers.add(opposite(layers.getLast()));
      }
    }
    if (layers.isEmpty()) {
      // A fab of nothing but defects has no wafer without a pattern to start from.
      DefectPattern ground =
          wafers.containsKey(DefectPattern.NONE)
              ? DefectPattern.NONE
              : wafers.keySet().iterator().next();
      layers.add(layer(ground, random));
      patterns = ground == DefectPattern.NONE ? Set.of() : EnumSet.of(ground);
    }
    boolean round = layers.size() == 1 || random.nextDouble() < ROUND_GRID_SHARE;
    int side = round ? LEAST_SIDE + random.nextInt(MOST_SIDE - LEAST_SIDE + 1) : 0;
    return new Composition(
        layers, side, random.nextDouble() * MOST_NOISE, random.nextLong(), patterns);
  }

  private Layer layer(DefectPattern pattern, Random random) {
    Turn turn = TURNS.get(random.nextInt(TURNS.size()));
    Optional<Cut> cut = cut(pattern, random).filter(piece -> wafers.containsKey(piece.source()));
    int wafer = wafer(cut.map(Cut::source).orElse(pattern), random);
    return new Layer(wafer, turn, pattern, place(pattern, random), cut);
  }

  private static Layer opposite(Layer layer) {
    return new Layer(
        layer.wafer(), layer.turn().andHalf(), layer.pattern(), layer.place(), layer.cut());
  }

  private static Optional<Cut> cut(DefectPattern pattern, Random random) {
    return switch (pattern) {
      case EDGE_LOC ->
          random.nextDouble() < ARC_SHARE
              ? Optional.of(
                  new Cut.Arc(
                      between(-Math.PI, Math.PI, random),
                      between(LEAST_ARC, MOST_ARC, random),
                      depth(random)))
              : Optional.empty();
      case EDGE_RING -> Optional.of(new Cut.Arc(-Math.PI, 2 * Math.PI + 1, depth(random)));
      case CENTER -> ring(0, random);
      case DONUT -> ring(between(LEAST_RADIUS, MOST_RADIUS, random), random);
      default -> Optional.empty();
    };
  }

  private static Optional<Cut> ring(double inner, Random random) {
    if (random.nextDouble() >= RING_SHARE) {
      return Optional.empty();
    }
    double outer =
        inner > 0
            ? inner + between(LEAST_BAND, MOST_BAND, random)
            : between(LEAST_RADIUS, MOST_RADIUS, random);
    return Optional.of(
        new Cut.Ring(
            between(-MOST_OFF_CENTRE, MOST_OFF_CENTRE, random),
            between(-MOST_OFF_CENTRE, MOST_OFF_CENTRE, random),
            inner,
            outer));
  }

  private static double depth(Random random) {
    return random.nextDouble() < THIN_SHARE ? between(LEAST_DEPTH, MOST_DEPTH, random) : 1;
  }

  private static Place place(DefectPattern pattern, Random random) {
    return switch (pattern) {
      case LOC, SCRATCH ->
          new Place(
              between(-MOST_SHIFT, MOST_SHIFT, random),
              between(-MOST_SHIFT, MOST_SHIFT, random),
              between(LEAST_SCALE, MOST_SCALE, random));
      default -> Place.AS_IT_IS;
    };
  }

  private static double between(double least, double most, Random random) {
    return least + random.nextDouble() * (most - least);
  }

  private Set<DefectPattern> patterns(Random random) {
    int count = count(random);
    Set<DefectPattern> chosen = EnumSet.noneOf(DefectPattern.class);
    if (count == 1 && random.nextDouble() < ALONE_SHARE) {
      chosen.add(ALONE.get(random.nextInt(ALONE.size())));
    } else {
      List<List<DefectPattern>> kinds = new ArrayList<>(MIXING);
      Collections.shuffle(kinds, random);
      for (List<DefectPattern> kind : kinds.subList(0, count)) {
        chosen.add(kind.get(random.nextInt(kind.size())));
      }
    }
    chosen.retainAll(wafers.keySet());
    return chosen;
  }

  private static int count(Random random) {
    double left = random.nextDouble();
    int count = 0;
    while (count < SHARES.length - 1 && left >= SHARES[count]) {
      left -= SHARES[count];
      count++;
    }
    return count;
  }

  private int wafer(DefectPattern pattern, Random random) {
    int[] of = wafers.getOrDefault(pattern, new int[0]);
    return of[random.nextInt(of.length)];
  }
}
