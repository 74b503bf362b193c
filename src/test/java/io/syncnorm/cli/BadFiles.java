package io.syncnorm.cli;

import io.syncnorm.data.idx.IdxBytes;
import io.syncnorm.data.idx.IdxType;
import io.syncnorm.files.RemoteFileSystem.Fault;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;

/** Bad IDX files and images. */
final class BadFiles {
  private final BadInputs inputs;

  private BadFiles(BadInputs inputs) {
    this.inputs = inputs;
  }

  static void addTo(BadInputs inputs) throws IOException {
    BadFiles files = new BadFiles(inputs);
    files.addIdx();
    files.addImages();
  }

  private interface Change {
    void apply(SampleData data) throws IOException;
  }

  private void idx(String name, Change change, String... message) throws IOException {
    idx(name, Fault.NONE, change, List.of(), message);
  }

  private void idx(String name, Fault fault, Change change, List<String> more, String... message)
      throws IOException {
    SampleData data = SampleData.write(inputs.next());
    change.apply(data);
    List<String> settings =
        new ArrayList<>(
            List.of(
                "data.train-images=" + data.images("train"),
                "data.train-labels=" + data.labels("train"),
                "data.test-images=" + data.images("test"),
                "data.test-labels=" + data.labels("test")));
    settings.addAll(more);
    inputs.add("idx: " + name, fault, settings, message);
  }

  private static byte[] bytes(int... sizes) {
    int count = Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    return IdxBytes.of(IdxType.UBYTE, sizes, new double[count]);
  }

  private void addIdx() throws IOException {
    idx(
        "no such file",
        data -> Files.delete(data.labels("train")),
        "file does not exist",
        "train-labels",
        "correct the path");
    idx(
        "a folder",
        data -> {
          Files.delete(data.images("train"));
          Files.createDirectory(data.images("train"));
        },
        "path is a directory",
        "train-images");
    idx(
        "an empty file",
        data -> Files.write(data.images("train"), new byte[0]),
        "too short for its header",
        "train-images");
    idx(
        "torn",
        data -> SampleData.tear(data.images("train")),
        "file is too short",
        "offset=651",
        "copy it again");
    idx(
        "torn gzip",
        data -> {
          Files.write(
              data.images("train"), BadInputs.gzip(Files.readAllBytes(data.images("train"))));
          SampleData.tear(data.images("train"));
        },
        "compressed file is corrupt",
        "found=Unexpected end");
    idx(
        "torn test labels",
        data -> SampleData.tear(data.labels("test")),
        "file is too short",
        "test-labels");
    idx(
        "text",
        data -> Files.writeString(data.images("train"), "label,a,b\n".repeat(20)),
        "not an IDX image file",
        "offset=0");
    idx(
        "swapped",
        data -> {
          Files.copy(
              data.labels("train"), data.images("train"), StandardCopyOption.REPLACE_EXISTING);
        },
        "not an IDX image file",
        "swapped");
    idx(
        "fewer labels",
        data -> Files.write(data.labels("train"), bytes(59)),
        "numbers of labels and images differ",
        "found=59 labels");
    idx(
        "trailing bytes",
        data -> {
          byte[] all = Files.readAllBytes(data.images("train"));
          Files.write(data.images("train"), Arrays.copyOf(all, all.length + 3));
        },
        "file is too long",
        "3 extra");
    idx(
        "one class",
        data -> Files.write(data.labels("train"), bytes(60)),
        "there is only one class",
        "train-images");
    idx(
        "width 0",
        data -> Files.write(data.images("train"), bytes(60, 4, 0)),
        "expected=width of at least 1",
        "found=0");
    idx(
        "no images",
        data -> {
          Files.write(data.images("train"), bytes(0, 4, 4));
          Files.write(data.labels("train"), bytes(0));
        },
        "expected=number of images of at least 1",
        "found=0");
    idx(
        "test of another size",
        data -> data.writeSet("test", 10, 5, 1),
        "training and test images differ in size",
        "found=5 x 5");
    idx(
        "label in test only",
        data -> {
          byte[] labels = Files.readAllBytes(data.labels("test"));
          labels[20] = 3;
          Files.write(data.labels("test"), labels);
        },
        "label is out of range",
        "test-images",
        "expected=0 to 2",
        "found=3, rows=1");
    idx(
        "NaN",
        data -> {
          for (String set : List.of("train", "test")) {
            int rows = set.equals("train") ? SampleData.TRAIN_ROWS : SampleData.TEST_ROWS;
            double[] values = new double[rows * 16];
            values[35] = set.equals("train") ? Double.NaN : 0;
            Files.write(
                data.images(set), IdxBytes.of(IdxType.FLOAT, new int[] {rows, 4, 4}, values));
          }
        },
        "train-images",
        "NaN");
    idx(
        "a fraction as label",
        data -> {
          double[] labels = new double[60];
          labels[2] = 0.5;
          Files.write(data.labels("train"), IdxBytes.of(IdxType.FLOAT, new int[] {60}, labels));
        },
        "train-labels",
        "found=0.5");
    idx(
        "label out of range",
        Fault.NONE,
        data -> {},
        List.of("data.classes=2"),
        "label is out of range",
        "train-labels",
        "found=2 at index 2");
    idx(
        "scale none",
        Fault.NONE,
        data -> {},
        List.of("data.scale=none"),
        "always divided by 255",
        "data.scale = none");
    idx(
        "unknown scheme",
        Fault.NONE,
        data -> {},
        List.of("data.train-images=\"s4://a/b\""),
        "path cannot be resolved",
        "found=No FileSystem for scheme");
    for (Fault fault : List.of(Fault.FORBIDDEN, Fault.VANISHES)) {
      Path struck =
          inputs.file(
              "struck", Files.readAllBytes(SampleData.write(inputs.next()).images("train")));
      idx(
          "file " + fault,
          fault,
          data -> {},
          List.of("data.train-images=\"" + BadInputs.remote(struck) + "\""),
          "file cannot be opened",
          "struck");
    }
  }

  private static byte[] image(int width, int height) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }

  private void images(String name, String format, String label, byte[] second, String... message)
      throws IOException {
    inputs.file("train/0/a.png", image(3, 2));
    inputs.file("train/1/b.png", second);
    inputs.file("test/0/a.png", image(3, 2));
    Path test = inputs.file("test/1/b.png", image(3, 2)).getParent().getParent();
    inputs.add(
        format + ": " + name,
        inputs.table(
            format,
            test.resolveSibling("train").toString(),
            test.toString(),
            "data.train.options.recursiveFileLookup=true",
            "data.train.label=\"" + label + "\""),
        message);
  }

  private void addImages() throws IOException {
    String origin = "int(element_at(split(image.origin, '/'), -2))";
    String path = "int(element_at(split(path, '/'), -2))";
    images(
        "mixed sizes",
        "image",
        origin,
        image(2, 3),
        "images must have equal sizes",
        "b.png",
        "found=[3, 2]");
    images(
        "a text",
        "image",
        origin,
        "text".getBytes(StandardCharsets.UTF_8),
        "an image cannot be decoded",
        "b.png");
    images(
        "a torn image",
        "image",
        origin,
        Arrays.copyOf(image(300, 200), 60),
        "an image cannot be decoded",
        "b.png");
    images("mixed sizes", "binaryFile", path, image(2, 3), "images must have equal sizes", "b.png");
    inputs.add(
        "image: an empty folder",
        inputs.table("image", inputs.next().toString(), inputs.next().toString()),
        "there is no data",
        "found=no files");
    Path good = inputs.file("good/a.png", image(3, 2)).getParent();
    inputs.add(
        "image: no image",
        inputs.table(
            "image",
            inputs.file("texts/a.txt", "text").getParent().toString(),
            good.toString(),
            "data.train.label=\"length(image.origin) % 2\""),
        "is not an image",
        "a.txt");
    inputs.add(
        "image: vanishes",
        Fault.VANISHES,
        inputs.table(
            "image",
            BadInputs.remote(inputs.file("z/struck.png", image(3, 2)).getParent()),
            good.toString(),
            "data.train.label=\"length(image.origin) % 2\""),
        "struck.png",
        "does not exist");
  }
}
